import type { RecordRef } from "./ams-records.js";
import type { Item } from "./port.js";

/** The record that an entry is about, and its item where one was read for it. */
export interface Named {
  readonly ref: RecordRef;
  readonly item?: Item;
  /** The item carries the record's own id. */
  readonly own?: true;
  /** The record was made of it. */
  readonly imported?: true;
}
