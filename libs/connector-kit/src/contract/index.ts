/** What every connector promises, as cases that any test runner and any program can run. See README.md. */
export * from "./cases.js";
export type * from "./contract-case.js";
export * from "./run-contract.js";
export * from "./samples.js";
export { Stage } from "./stage.js";
export type * from "./subject.js";
export * from "./violation.js";
