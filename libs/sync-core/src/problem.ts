/** Why a record cannot be carried. Closed; each code has one sentence for people in `problemText`. */
export type ProblemCode =
  | "too-long"
  | "control-characters"
  | "impossible-date"
  | "impossible-time"
  | "end-without-start"
  | "no-name"
  | "unknown-value";

export interface Problem {
  readonly code: ProblemCode;
  /** The field's name, never its value. */
  readonly field: string;
}
