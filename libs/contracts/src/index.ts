/** Everything that crosses a process boundary, and the way between it and sync-core's words. */
export * from "./generated/ams_sync/common/v1/common.js";
export * from "./generated/ams_sync/connector/v1/connector.js";
export * from "./generated/ams_sync/settings/v1/settings.js";
export * from "./generated/ams_sync/state/v1/account.js";
export * from "./generated/ams_sync/state/v1/feed.js";
export * from "./generated/ams_sync/state/v1/run.js";
export * from "./changes.js";
export * from "./kinds.js";
export * from "./sync-options.js";
export * from "./wake-up.js";

// Every generated file has these; naming them once settles which one is meant.
export {
  protobufFileName,
  protobufPackage,
  type DeepPartial,
  type MessageFns,
} from "./generated/ams_sync/common/v1/common.js";
// The wire's word is a set of numbers, sync-core's and state's "delete" and "clear".
export { Removal as WireRemoval } from "./generated/ams_sync/state/v1/run.js";
export { ShownAction as WireShownAction } from "./generated/ams_sync/state/v1/run.js";
export type { Removal, ShownAction } from "./kinds.js";
// Both services list accounts: plain names are state's (how an account fares), the longer ones settings' (what was chosen).
export {
  ListAccountsRequest,
  ListAccountsResponse,
} from "./generated/ams_sync/state/v1/account.js";
export {
  ListAccountsRequest as ListAccountSettingsRequest,
  ListAccountsResponse as ListAccountSettingsResponse,
} from "./generated/ams_sync/settings/v1/settings.js";
