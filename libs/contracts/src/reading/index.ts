/** What a message must say, besides having its fields: read by the service, and by the double that stands for it. */
export * from "./container-address.js";
export * from "./limits.js";
export * from "./read.js";
export * from "./remote.js";
export * from "./results.js";
export type * from "./told.js";
