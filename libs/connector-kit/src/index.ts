export * from "./connector-error.js";
export * from "./port.js";
