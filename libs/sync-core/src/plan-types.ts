import type { ConflictPolicy, Origin } from "./kinds.js";
import type { Fields } from "./canonical.js";
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
}

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
      /** As `fetch` read them. */
      readonly fields: Fields;
      readonly version?: string;
      /** The item carries this record's own deterministic id: only we can have made it. */
      readonly own: boolean;
    }
  | { readonly state: "absent" };

export interface PlanInput {
  readonly link?: LinkView;
  readonly record: RecordView;
  readonly item: ItemView;
  /** A write was sent for this record and nobody remembers how it ended: without a link, an item may be there. */
  readonly sent?: boolean;
  /** Fields of the item that may hold what such a write left there: ours, whatever was agreed before it. */
  readonly unsure?: readonly string[];
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
  | "gone"
  // A write whose answer nobody remembers; the other two without a link.
  | "sent-look"
  | "sent-left-scope"
  | "sent-tombstone"
  // No link, no record: inbound comes later.
  | "foreign"
  | "foreign-gone"
  // A link, a record in scope.
  | "unchanged"
  | "look"
  | "agreed"
  | "changed-here"
  | "changed-there"
  | "conflict-ams-wins"
  | "conflict-remote-wins"
  | "lost-there"
  | "restore"
  // A link, a record that cannot or must not be there.
  | "broken-linked"
  | "left-scope-delete"
  | "left-scope-unlink"
  | "tombstone-delete"
  | "tombstone-unlink"
  | "both-gone"
  // A link without a look at its record: nothing is known, nothing is done.
  | "record-unread";

/**
 * What to do about one entry. `base` is what the link remembers once the action has succeeded; until then the old link
 * stands. No action writes to or deletes in ams.
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
  | {
      readonly do: "create";
      readonly cell: CellName;
      readonly fields: Fields;
      readonly base: Fields;
      readonly origin: Origin;
    }
  /** `fields` is the whole next form of the item: its own values with those of `sent` put in their place. */
  | {
      readonly do: "update";
      readonly cell: CellName;
      readonly fields: Fields;
      /** Names of the fields that change there; an emptied one is among them and not in `fields`. */
      readonly sent: readonly string[];
      /** Names of the fields that both sides changed. */
      readonly conflicts: readonly string[];
      readonly base: Fields;
      readonly origin: Origin;
    }
  /** Nothing to write outside: store the link. */
  | {
      readonly do: "link";
      readonly cell: CellName;
      readonly base: Fields;
      readonly origin: Origin;
      readonly itemVersion?: string;
    }
  /** Delete the item (conditionally, a version is known or the system has none), then forget the link. */
  | { readonly do: "delete"; readonly cell: CellName }
  /** Forget the link, leave the item. */
  | { readonly do: "unlink"; readonly cell: CellName }
  /** Keep the entry with its reason. */
  | {
      readonly do: "set-aside";
      readonly cell: CellName;
      readonly problem: Problem;
    };
