/** Why a record cannot be carried. Closed; each code has one sentence for people in `problemText`. */
export const PROBLEM_CODES = [
  "too-long",
  "control-characters",
  "impossible-date",
  "impossible-time",
  "end-without-start",
  "no-name",
  "several-values",
] as const;
export type ProblemCode = (typeof PROBLEM_CODES)[number];

export interface Problem {
  readonly code: ProblemCode;
  /** The field's name, never its value. */
  readonly field: string;
  /** Where it is wrong; missing: in ams. */
  readonly where?: "item";
}

/** A checked form, or the first reason why there is none. */
export type Checked<Form> =
  | { readonly ok: true; readonly canonical: Form }
  | { readonly ok: false; readonly problem: Problem };
