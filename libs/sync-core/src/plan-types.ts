import type { ConflictPolicy, Origin } from "./kinds.js";
import type { Arrival, NewRecord } from "./arrival.js";
import type { Canonical, Fields } from "./canonical.js";
import type { Conflict } from "./conflict.js";
import type { LeftReason, Obstacle } from "./left-reason.js";
import type { ScopeReason } from "./scope.js";
import type { Problem } from "./problem.js";

/** What is remembered of a record and its item since they last agreed. */
export interface LinkView {
  readonly origin: Origin;
  readonly itemId: string;
  /** Missing: unknown, the item must be read before it is written. */
  readonly itemVersion?: string;
  /** The last agreed form. `{}` after a reset: nothing is agreed, so nothing can be cleared. */
  readonly base: Fields;
  /** Fields that the options did not send then: what the item holds in them nobody compared. */
  readonly open?: readonly string[];
  /**
   * Fields of `base` that were written and that the item did not hold afterwards, or nobody knows: not emptied by anybody
   * (ADR 0019).
   */
  readonly unkept?: readonly string[];
  /** Nobody remembers what the item held: all of `base` is in `unkept`, until it is looked at. */
  readonly unseen?: true;
  /** The zone that the times of `base` are wall times of (ADR 0020); missing: they have none, or nobody remembers. */
  readonly zone?: string;
  /** The item was found missing (R50): `noticed`, or `left`: the user wants it to stay so. */
  readonly lost?: Loss;
  /** The item is where its user wanted it left when the stream was pointed elsewhere: nobody's business any more. */
  readonly elsewhere?: true;
}

export type Loss = "noticed" | "left";

/** The ams side of one entry. `recordView` makes the first four. */
export type RecordView =
  /** `fields` are normalized to what the other system can hold. */
  | { readonly state: "in"; readonly fields: Fields }
  /** Cannot be carried as it is; the reason is for people. */
  | { readonly state: "broken"; readonly problem: Problem }
  | { readonly state: "out"; readonly reason: ScopeReason }
  /** A tombstone that a fresh read confirms. */
  | { readonly state: "gone" }
  /** There is none: an item that no link knows. */
  | { readonly state: "none" };

export type ItemView =
  /** Nobody looked yet; the planner says whether one must. */
  | { readonly state: "unread" }
  | {
      readonly state: "present";
      /**
       * Read in the light of what was agreed: what ams cannot hold (a birthday without a year) stands for the value that it
       * does not contradict.
       */
      readonly fields: Fields;
      readonly version?: string;
      /** The item carries this record's own deterministic id: only we can have made it. */
      readonly own: boolean;
      /** An appointment that was called off there and is shown as such: as good as gone. */
      readonly cancelled?: true;
      /** Fields of which it says several things, none of them what was agreed: `fields` has what was. */
      readonly unclear?: readonly string[];
    }
  /** There is something that cannot be read as a record. */
  | { readonly state: "obstructed"; readonly obstacle: Obstacle }
  | { readonly state: "absent" };

export interface PlanInput {
  readonly link?: LinkView;
  readonly record: RecordView;
  readonly item: ItemView;
  /** A write was sent for this record and nobody remembers how it ended: without a link, an item may be there. */
  readonly sent?: boolean;
  /** Fields of the item that hold what such a write left there: ours, whatever was agreed before it. */
  readonly unsure?: readonly string[];
  /** Fields in which the record holds what came into ams by a write of ours that nobody remembers: no change of ams. */
  readonly taken?: readonly string[];
  /** The other side announced the item: what the link remembers of it may be void. */
  readonly announced?: boolean;
  /** Its user wants the lost item back. */
  readonly restore?: boolean;
  /** The record was made of the item, and nobody remembers. */
  readonly imported?: boolean;
  /** Whether changes there come into ams (R24: not everywhere). */
  readonly inward?: boolean;
  /** What an item without a record is worth to ams; only for the row `none`. */
  readonly arrival?: Arrival;
  /** The zone that wall times are in by now; missing: the stream has none. */
  readonly zone?: string;
  /** The record's type in ams; for what comes in. */
  readonly type?: Canonical["type"];
  readonly policy: ConflictPolicy;
  /** `sentFields(record.kind, options)`: mapped fields that the options send (R30 leaves out the birth date). */
  readonly fieldNames: readonly string[];
}

/** Why the planner decided as it did; one name for each cell of its table and each way out of a comparison. */
export type CellName =
  // No link, a record.
  | "new"
  | "adopt"
  | "adopt-own"
  | "broken"
  | "out-of-scope"
  // The item belongs to a record that its account does not send (yet).
  | "matched-out-of-scope"
  | "gone"
  // A write whose answer nobody remembers; the other two without a link.
  | "sent-look"
  | "sent-left-scope"
  | "sent-tombstone"
  // No link, no record.
  | "foreign"
  | "foreign-gone"
  | "import"
  | "left"
  // An item that carries the own id of a record that is not to be there, and nobody remembers why.
  | "own-left-behind"
  // A link, a record in scope.
  | "unchanged"
  | "look"
  | "agreed"
  | "changed-here"
  | "changed-there"
  | "changed-both"
  // A change there that ams cannot hold.
  | "not-importable"
  // Several values there, and none of them the agreed one.
  | "several-values"
  | "obstructed"
  | "obstructed-unlink"
  | "conflict-ams-wins"
  | "conflict-remote-wins"
  | "lost-there"
  | "lost-left"
  | "restore"
  // A link, a record that cannot or must not be there.
  | "broken-linked"
  | "left-scope-delete"
  | "left-scope-unlink"
  // The item was left where the stream wrote before, and is to stay.
  | "elsewhere-unlink"
  | "tombstone-delete"
  // Edited there meanwhile: what was written there last goes to the journal.
  | "tombstone-delete-changed"
  | "tombstone-unlink"
  | "both-gone"
  // A link without a look at its record: nothing is known, nothing is done.
  | "record-unread";

/** What comes into ams from an item that has a record. */
export interface Inward {
  /** The whole next form of the record. */
  readonly fields: Fields;
  /** Names of the fields that change here; an emptied one is among them and not in `fields`. */
  readonly received: readonly string[];
}

interface Agreement {
  readonly cell: CellName;
  readonly base: Fields;
  readonly origin: Origin;
}

/** What merging two forms that differ ends in. */
interface Exchange extends Agreement {
  /** Values that are overwritten although their own side had changed them: for the journal, before anything is written. */
  readonly conflicts: readonly Conflict[];
  /** Empties a field, on either side, that was agreed to be filled: the guard counts it. */
  readonly clears: boolean;
}

/**
 * What to do about one entry. `base` is what the link remembers once the action has succeeded; until then the old link
 * stands. No action deletes in ams: there is none to choose (R50–R52).
 */
export type Action =
  /** Strike the entry, leave the link as it is. */
  | {
      readonly do: "nothing";
      readonly cell: CellName;
      readonly reason?: ScopeReason;
    }
  /** Fetch the item (`link.itemId`, without a link where the identity puts it) and plan again with what was found. */
  | { readonly do: "read"; readonly cell: CellName }
  /** Create if absent; on `precondition` read the item at the identity's address and plan again. */
  | ({ readonly do: "create"; readonly fields: Fields } & Agreement)
  /**
   * `fields` is the whole next form of the item: its own values with those of `sent` put in their place. With `inward`
   * the record changes too, and first.
   */
  | ({
      readonly do: "update";
      readonly fields: Fields;
      /** Names of the fields that change there; an emptied one is among them and not in `fields`. */
      readonly sent: readonly string[];
      readonly inward?: Inward;
      /** Something else there cannot come in, and why: for people. */
      readonly problem?: Problem;
    } & Exchange)
  /** Only the record changes. */
  | ({
      readonly do: "take";
      readonly inward: Inward;
      readonly itemVersion?: string;
      readonly problem?: Problem;
    } & Exchange)
  /** Make a record of the item, once. */
  | {
      readonly do: "import";
      readonly cell: CellName;
      readonly record: NewRecord;
    }
  /** Nothing to write on either side: store the link. */
  | ({
      readonly do: "link";
      readonly itemVersion?: string;
      readonly problem?: Problem;
    } & Agreement)
  /** Delete the item (conditionally, a version is known or the system has none), then forget the link. */
  | {
      readonly do: "delete";
      readonly cell: CellName;
      /** What was changed there since the two agreed: for the journal. */
      readonly conflicts?: readonly Conflict[];
    }
  /** Forget the link, leave the item. */
  | { readonly do: "unlink"; readonly cell: CellName }
  /** Remember on the link that its item is missing; strike the entry. */
  | { readonly do: "lose"; readonly cell: CellName }
  /** The item stays without a record; remember why, strike the entry. */
  | {
      readonly do: "leave";
      readonly cell: CellName;
      readonly reason: LeftReason;
      /** Records of which it may be one; for the question to the user. */
      readonly candidates?: readonly string[];
      /** Which of its values ams cannot hold. */
      readonly problem?: Problem;
    }
  /** Keep the entry with its reason. */
  | {
      readonly do: "set-aside";
      readonly cell: CellName;
      readonly problem: Problem;
    }
  /** Keep the entry: the item is no record any more. */
  | {
      readonly do: "obstructed";
      readonly cell: CellName;
      readonly obstacle: Obstacle;
    };

/** What the guard counts: an item that goes, or a field that is emptied on either side. */
export const isDestructive = (action: Action): boolean =>
  action.do === "delete" ||
  ((action.do === "update" || action.do === "take") && action.clears);
