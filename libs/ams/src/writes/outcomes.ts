import type {
  AmsRecord,
  Contact,
  Fields,
  Match,
  StreamKind,
} from "@ams-sync/sync-core";
import type { RecordKey } from "../reads/record-key.js";

/** What changes in one row. There is no way to delete one (R50–R52). */
export interface RecordChange {
  readonly ref: RecordKey;
  /** As the record was read: a row that changed since is not written. */
  readonly rowVersion: string;
  /** The record's whole next form. */
  readonly fields: Fields;
  /** The fields that change; an emptied one is not in `fields`. */
  readonly names: readonly string[];
}

/** ams does not take it, or not now (`busy`); the sentence is for people, without anybody's data. */
export interface Refusal {
  readonly outcome: "refused" | "busy";
  readonly message: string;
}

export type Changed =
  /** The row as it is now. */
  | { readonly outcome: "written"; readonly record: AmsRecord }
  /** Somebody changed it meanwhile. */
  | { readonly outcome: "stale" }
  | { readonly outcome: "gone" }
  | Refusal;

/** What a record was made of: the same item makes one record only. */
export interface RemoteOrigin {
  readonly accountId: string;
  readonly stream: StreamKind;
  /** The item's own uid, or its address where it has none. */
  readonly uid: string;
}

export interface AskedOrigin extends RemoteOrigin {
  /** What is in the item: it tells its customer where nobody noted for whom that was made. */
  readonly contact?: Contact;
}

/** The record that was made of an item; `there`: nobody has deleted it in ams since. */
export interface MadeRecord extends RecordKey {
  readonly there: boolean;
  /** Another account of the same user made it: the one before this, or one that holds the same item. */
  readonly elsewhere?: true;
  /** Nobody noted whose account that was: a customer whom the user sees and who bears the item's name. It is a match. */
  readonly unsure?: true;
}

export interface CreateHow {
  /** A user wants a record of its own, whoever it may resemble. */
  readonly asked?: true;
}

export type Created =
  /** `again`: it was made of this item before. */
  | { readonly outcome: "created" | "again"; readonly record: AmsRecord }
  /** Somebody else entered the same one meanwhile. */
  | { readonly outcome: "matched"; readonly match: Match }
  /** It was made of this item before, and deleted in ams since. */
  | { readonly outcome: "deleted" }
  | Refusal;
