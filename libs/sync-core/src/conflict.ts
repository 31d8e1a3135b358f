/** A field that both sides changed, differently. The loser's value is kept in the conflict journal (R18–R20). */
export interface Conflict {
  readonly field: string;
  readonly winner: "ams" | "remote";
  /** Missing: empty. Customers' data: never logged. */
  readonly ams?: string;
  readonly remote?: string;
}
