export * from "./ical.js";
