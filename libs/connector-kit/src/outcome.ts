import type {
  Conflict,
  LeftReason,
  Loss,
  Origin,
  RecordKind,
} from "@ams-sync/sync-core";
import type { Counted } from "./counted.js";

/** What is remembered of a record and its item. */
export interface Link {
  readonly kind: RecordKind;
  readonly recordId: string;
  readonly itemId: string;
  /** Missing: unknown, the item must be read. */
  readonly itemVersion?: string;
  readonly hash: string;
  /** The last agreed form, JSON. Customers' data: never logged. */
  readonly fields: string;
  readonly origin: Origin;
  /** The item was found missing (R50). State alone sets it; agreeing on a link ends it. */
  readonly lost?: Loss;
  /** It is a hint of where the stream wrote before. State alone sets it; agreeing on a link ends it. */
  readonly elsewhere?: true;
  /** Forms of the last hour, the connector's own text; missing in a result: as it was. */
  readonly history?: string;
}

/** A record that a link or a question names. */
export type RecordName = Pick<Link, "kind" | "recordId">;

/** What the guard counts: an item that goes, or a field that is emptied on either side. */
export type Removal = "delete" | "clear";

type Emptied = Readonly<Partial<Record<"fields", readonly string[]>>>;

/** What a preview shows that a run would do. `adopt`: an item that is there is taken for the record's. */
export type ShownAction =
  | "create"
  | "adopt"
  | "update"
  | "take"
  | "import"
  | "delete"
  | "clear"
  | "unlink";

/** Why an item stays without a record. */
export interface Left {
  readonly reason: LeftReason;
  /** Of the item as it was read; missing: as it was announced. */
  readonly itemVersion?: string;
  /** Match keys: hashes that say nothing of anybody. */
  readonly keys: readonly string[];
  /** Records of which it may be one. */
  readonly candidates: readonly RecordName[];
}

/** What an entry would come to. */
export interface Shown {
  /** `Portion.trial`, as the entry was handed out with. */
  readonly number: bigint;
  readonly action: ShownAction;
  /** Names of the fields that change; of `clear` those that are emptied. */
  readonly fields: readonly string[];
  /** Both sides had changed, and one value gives way. */
  readonly conflict: boolean;
  /** Missing for one that would be made. */
  readonly record?: RecordName;
  readonly itemId?: string;
}

/** Several entries may tell of one record; in one commit what the guard counts of it counts once, with its conflicts. */
export type Outcome =
  /** Agreed: store the link, strike the entry. Of a remote entry the link may be any record's that has no item. */
  | (Counted & {
      readonly type: "linked";
      readonly link: Link;
      readonly conflicts?: readonly Conflict[];
    })
  /**
   * Forget the link, strike the entry. `leaves`: the item that stays, to be announced first; only the connector's own
   * matter. `left`: the item that stays, and why: remembered in the same step.
   */
  | (Counted & {
      readonly type: "unlinked";
      readonly leaves?: string;
      readonly left?: Left & { readonly itemId: string };
    })
  /**
   * The item is missing: mark the link, strike the entry. `itemVersion`: it is there, and called off; of that version
   * nothing more is to be told. `copies`: the key of its copies, to be announced first; only the connector's own matter.
   */
  | {
      readonly type: "lost";
      readonly itemVersion?: string;
      readonly copies?: string;
    }
  /** A removal that the guard has to let go first: keep the entry with it. */
  | ({ readonly type: "intend"; readonly removal: Removal } & Emptied)
  /** The item stays without a record: remember why, strike the entry. Of remote entries only. */
  | ({ readonly type: "left" } & Left)
  /**
   * A write begins that puts this into an item (`marksOf`): keep the entry, marked. The mark is the record's and outlasts
   * what is announced of it later.
   */
  | { readonly type: "mark-sent"; readonly fields: readonly string[] }
  /** Strike the entry, leave the link. */
  | { readonly type: "untouched" }
  /** On trial, what would be done: keep the entry with it. */
  | ({ readonly type: "shown" } & Shown)
  /** Keep the entry. `retryInMs` 0: not before the record changes. `message` is for people, without anybody's data. */
  | {
      readonly type: "set-aside";
      readonly code: string;
      readonly message: string;
      readonly retryInMs: number;
      /** It only waits for what may still arrive: no attempt has failed. */
      readonly look?: true;
    };

export interface Result {
  readonly entryId: bigint;
  readonly position: bigint;
  readonly outcome: Outcome;
}
