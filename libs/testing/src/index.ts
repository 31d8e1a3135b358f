export * from "./free-port.js";
export * from "./guarded-process.js";
export type { LocalServer } from "./local-server.js";
export * from "./otlp-receiver.js";
export type { ReceivedSpan } from "./otlp-spans.js";
export * from "./postgres.js";
export * from "./radicale.js";
export * from "./redis.js";
export * from "./wait-for.js";
