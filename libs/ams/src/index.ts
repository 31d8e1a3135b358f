/** The ams database: schema, reads by id, guarded writes, and a generator of brokerages for tests and demonstrations. */
export * from "./ams-database.js";
export * from "./ams-databases-file.js";
export * from "./ams-directory.js";
export { Agent } from "./entities/agent.js";
export { Appointment } from "./entities/appointment.js";
export { Company } from "./entities/company.js";
export { Customer } from "./entities/customer.js";
export { amsEntities } from "./entities/index.js";
export {
  generateBrokerage,
  type BrokerageOptions,
  type GeneratedBrokerage,
} from "./generate-brokerage.js";
export type { BrokenRecord } from "./generate/broken-rows.js";
export type { GeneratedUser } from "./generate/staff.js";
export * from "./match/index.js";
export * from "./migrate-ams.js";
export { recordKey, type RecordKey } from "./reads/record-key.js";
export type {
  AmsAgent,
  AmsMailbox,
  AmsMailboxes,
  AmsPerson,
  AmsTag,
  Page,
} from "./reads/directory.js";
export { directory } from "./reads/directory.js";
export {
  recordNames,
  type Asking,
  type RecordName,
} from "./reads/record-names.js";
export { findRecords, type Looking } from "./reads/find-records.js";
export { loadRecords } from "./reads/records.js";
export { loadScopeRecord } from "./reads/scope-record.js";
export { loadUserView, type AmsUserView } from "./reads/user-view.js";
export * from "./rights.js";
export type * from "./writes/outcomes.js";
export { goneRecords, visibleRecords } from "./reads/visible-records.js";
