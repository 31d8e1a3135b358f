export { Contract } from "./contract/contract.js";
export { contractFile } from "./contract/file.js";
export type { Problems } from "./contract/problems.js";
export type { GraphClock } from "./clock.js";
export type { Fault, FaultMatch } from "./faults.js";
export { DOCUMENTED, type Limits } from "./limits.js";
export type { LoggedOperation, RequestLog } from "./request-log.js";
export type {
  App,
  AppSettings,
  MailboxSettings,
  Tenant,
} from "./sign-in/directory.js";
export { startGraph, type Graph, type GraphOptions } from "./start.js";
export type {
  Containers,
  Items,
  OutlookUser,
  Seen,
} from "./user/outlook-user.js";
export { selfSigned, type SelfSigned } from "./tls/certificate.js";
export type {
  LifecycleEvent,
  Subscriptions,
} from "./subscriptions/subscriptions.js";
