export * from "./canonical.js";
export * from "./dates.js";
export * from "./kinds.js";
export * from "./options.js";
export * from "./plan-types.js";
export * from "./problem.js";
export * from "./record.js";
