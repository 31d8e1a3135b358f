/** A field that both sides changed, differently. The loser's value is kept in the conflict journal (R18–R20). */
export interface Conflict {
  readonly field: string;
  readonly winner: "ams" | "remote";
  /** Missing: empty. Customers' data: never logged. */
  readonly ams?: string;
  readonly remote?: string;
}

/** A value that lost and that a user wants back, as long as both sides agree on the one that was kept. Missing: empty. */
export interface TakeBack {
  readonly field: string;
  readonly kept?: string | undefined;
  readonly lost?: string | undefined;
}
