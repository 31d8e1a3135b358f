export * from "./vcard.js";
