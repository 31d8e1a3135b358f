/** What keeps capture from working. Closed: the console and the alerts know every one. */
export type ProblemKind =
  /** The ams database does not answer, or refuses the login. */
  | "ams-unreachable"
  | "wal-level"
  /** Publication missing, or without a table or an operation that is captured. */
  | "publication"
  /** A captured table whose key cannot be read from a delete. */
  | "table"
  | "replication-right"
  | "select-right"
  /** The slot's name is taken by somebody else. */
  | "slot-taken"
  | "no-free-slot"
  /** state knows the source with another ams database. */
  | "other-database"
  /** The ams database holds rows of a tenant that state knows in another one. */
  | "tenant-elsewhere"
  | "state-unreachable"
  /** state answers, and refuses us. */
  | "state-refused"
  /** Another writer moved the source; what it stored is where we go on. */
  | "moved"
  /** Another session reads the slot. */
  | "slot-in-use"
  /** A captured table was truncated. */
  | "truncate"
  /** The source waits for an operator. */
  | "stopped"
  | "unreadable"
  | "unexpected";

export interface Problem {
  readonly kind: ProblemKind;
  /** What is wrong and what to do, without values of customers. */
  readonly sentence: string;
}

export class CaptureError extends Error {
  constructor(
    readonly kind: ProblemKind,
    sentence: string,
    options?: ErrorOptions,
  ) {
    super(sentence, options);
    this.name = "CaptureError";
  }
}

export const problemOf = (error: CaptureError): Problem => ({
  kind: error.kind,
  sentence: error.message,
});
