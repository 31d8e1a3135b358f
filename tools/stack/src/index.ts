/** Starts the whole of ams-sync on one machine. */
export { CHECKOUT, type Folders } from "./folders.js";
export {
  SERVICE_NAMES,
  type ServiceName,
  type UsualService,
} from "./service-names.js";
export type { Service } from "./service-process.js";
export type { GraphPlace, StackOptions } from "./stack-options.js";
export { startStack, type Stack } from "./stack.js";
export { stackOptions } from "./stack-config.js";
export { describeStack } from "./describe-stack.js";
