export * from "./free-port.js";
export * from "./guarded-process.js";
export * from "./postgres.js";
export * from "./wait-for.js";
