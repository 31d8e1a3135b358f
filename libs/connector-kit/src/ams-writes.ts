import type {
  AmsRecord,
  Contact,
  Fields,
  Match,
  NewRecord,
  StreamKind,
  SyncOptions,
} from "@ams-sync/sync-core";
import type { RecordRef, TenantHome } from "./ams-records.js";

/** What changes in one row of ams. There is no way to delete one (R50–R52). */
export interface RecordChange {
  readonly ref: RecordRef;
  /** As the record was read: a row that changed since is not written. */
  readonly rowVersion: string;
  /** The record's whole next form. */
  readonly fields: Fields;
  /** The fields that change; an emptied one is not in `fields`. */
  readonly names: readonly string[];
}

/** ams does not take the values, or not now: somebody holds the row (`busy`). For people, without anybody's data. */
export interface AmsRefusal {
  readonly outcome: "refused" | "busy";
  readonly message: string;
}

export type Changed =
  /** The row as it is now. */
  | { readonly outcome: "written"; readonly record: AmsRecord }
  /** Somebody changed it meanwhile: read it and plan again. */
  | { readonly outcome: "stale" }
  | { readonly outcome: "gone" }
  | AmsRefusal;

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
export interface MadeRecord extends RecordRef {
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
  | {
      readonly outcome: "created" | "again";
      readonly record: AmsRecord;
    }
  /** Somebody else entered the same one meanwhile. */
  | { readonly outcome: "matched"; readonly match: Match }
  /** It was made of this item before, and deleted in ams since. */
  | { readonly outcome: "deleted" }
  | AmsRefusal;

/** What says which customer an appointment is about (R23), in this order; more than one of a kind says nothing. */
export interface CustomerHints {
  /** Of linked contacts. */
  readonly customerIds?: readonly string[];
  readonly attendees: readonly string[];
  readonly customerNumbers: readonly string[];
}

/** ams, as changes that come in see it. All throw `AmsAway` where it cannot be reached. */
export interface AmsWrites {
  change(home: TenantHome, change: RecordChange): Promise<Changed>;
  /**
   * Many at once, in one transaction that waits for nobody: for each the row as it is now, or undefined where it was not
   * written, which `change` gives the reason of.
   */
  changeTogether(
    home: TenantHome,
    changes: readonly RecordChange[],
  ): Promise<readonly (AmsRecord | undefined)[]>;
  /** For each contact the customers in the account's scope that it may be (R46). */
  match(
    home: TenantHome,
    userId: string,
    options: SyncOptions,
    contacts: readonly Contact[],
  ): Promise<readonly Match[]>;
  /** For each the one visible customer that the hints name, or undefined. */
  customersOf(
    home: TenantHome,
    userId: string,
    hints: readonly CustomerHints[],
  ): Promise<readonly (string | undefined)[]>;
  /** For each item the record that was made of it, if any. */
  madeOf(
    home: TenantHome,
    userId: string,
    origins: readonly AskedOrigin[],
  ): Promise<readonly (MadeRecord | undefined)[]>;
  /**
   * In one transaction under the tenant's lock: looks for the origin, matches again unless a user has decided that it is
   * nobody who is there, inserts.
   */
  create(
    home: TenantHome,
    userId: string,
    options: SyncOptions,
    origin: RemoteOrigin,
    record: NewRecord,
    how?: CreateHow,
  ): Promise<Created>;
}
