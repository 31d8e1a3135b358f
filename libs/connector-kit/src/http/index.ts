/** HTTP as every connector needs it: time, failures, telemetry. */
export * from "./http-telemetry.js";
export * from "./in-time.js";
export * from "./network-error.js";
export * from "./retry-after.js";
