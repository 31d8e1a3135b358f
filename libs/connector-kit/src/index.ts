/** The port that a connector implements, and the run that carries an account through it. */
export * from "./account-settings.js";
export * from "./ams-records.js";
export * from "./ams-writes.js";
export * from "./clock.js";
export type * from "./connector-app.js";
export * from "./connector-error.js";
export * from "./identity.js";
export * from "./log.js";
export * from "./port.js";
export * from "./run-connector.js";
export * from "./run-context.js";
export * from "./run-report.js";
export * from "./run-state.js";
export * from "./run.js";
export * from "./telemetry.js";
export * from "./what-next.js";
