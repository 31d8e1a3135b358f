export {
  type DavRequest,
  type Delivery,
  type Next,
  type Quirk,
  type Reply,
  reply,
  type Scene,
} from "./exchange.js";
export { FAULTS } from "./faults.js";
export type { Hits } from "./hits.js";
export { addressesTold, SUB_PATH } from "./kinds/discovery.js";
export * from "./pick.js";
export * from "./proxy.js";
export { QUIRK_NAMES, type QuirkName, QUIRKS } from "./quirks.js";
export type { LoggedRequest, RequestLog } from "./request-log.js";
