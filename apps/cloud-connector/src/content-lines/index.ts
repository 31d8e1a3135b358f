export * from "./categories.js";
export * from "./component.js";
export * from "./escape.js";
export * from "./fold.js";
export * from "./line.js";
export * from "./stamp.js";
export * from "./uid.js";
