export { captureConfig, type CaptureConfig } from "./config.js";
