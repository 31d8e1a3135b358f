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
  /** The last agreed form. */
  readonly base: Fields;
}

export type RecordView =
  | { readonly state: "in"; readonly fields: Fields }
  /** Cannot be carried as it is; the reason is for people. */
  | { readonly state: "broken"; readonly problem: Problem }
  | { readonly state: "out"; readonly reason: ScopeReason }
  /** A tombstone that a fresh read confirms. */
  | { readonly state: "gone" };

export type ItemView =
  /** Nobody looked yet; the planner says whether one must. */
  | { readonly state: "unread" }
  | { readonly state: "present"; readonly fields: Fields }
  | { readonly state: "absent" };

export interface PlanInput {
  readonly link?: LinkView;
  readonly record: RecordView;
  readonly item: ItemView;
  readonly policy: ConflictPolicy;
  /** Mapped fields of this record's type that the options send (R30 leaves out the birth date). */
  readonly fieldNames: readonly string[];
}
