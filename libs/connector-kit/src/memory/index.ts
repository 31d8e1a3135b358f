/** Models of everything that a run touches, for tests: they can fail, lose answers and die at any call. */
export * from "./memory-ams.js";
export * from "./memory-clock.js";
export * from "./memory-questions.js";
export * from "./memory-remote.js";
export type * from "./memory-remote-types.js";
export * from "./memory-state.js";
export * from "./memory-stream.js";
export * from "./memory-world.js";
export * from "./mortality.js";
export * from "./sample.js";
export * from "./telling.js";
