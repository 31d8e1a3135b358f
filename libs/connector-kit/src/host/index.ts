/** What runs a connector as a service: adapters, worker, configuration. */
export * from "./ams-database-records.js";
export * from "./ams-database-writes.js";
export * from "./ams-source.js";
export * from "./ams-sources.js";
export * from "./connector-config.js";
export * from "./connector-host.js";
export * from "./connector.module.js";
export * from "./grpc-account-settings.js";
export * from "./grpc-run-state.js";
export * from "./otel-telemetry.js";
