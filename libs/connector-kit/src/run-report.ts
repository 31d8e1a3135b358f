import type { StopReason } from "./halt.js";
import { noCounts } from "./run-context.js";
import type { Refusal, RunCounts, RunSummary } from "./run-state.js";

export interface RunReport {
  /** A refusal, or the error kind that ended the run, where it is none of the first three. */
  readonly outcome:
    | "done"
    | "handed-back"
    | "lease-lost"
    | Refusal
    | NonNullable<RunSummary["error"]>["kind"];
  /** Something is due at once: wake the account again. */
  readonly more: boolean;
  readonly counts: Readonly<RunCounts>;
  /** What is to be done, where the run ended early. */
  readonly message?: string;
}

export const reportOf = (
  outcome: RunReport["outcome"],
  more = false,
  counts: Readonly<RunCounts> = noCounts(),
  message?: string,
): RunReport => ({
  outcome,
  more,
  counts,
  ...(message !== undefined && { message }),
});

/** What state is told. What ended the run outranks what only kept one stream from going on. */
export const summaryOf = (
  counts: Readonly<RunCounts>,
  reason: StopReason | undefined,
  ofStreams?: StopReason,
): RunSummary => {
  const stop = reason?.type === "error" ? reason : ofStreams;
  if (stop?.type !== "error") return { counts, health: "ok", retryInMs: 0 };
  const { kind, message, health, retryInMs } = stop;
  return { counts, health, error: { kind, message }, retryInMs };
};

export const BROKEN_OFF: StopReason = {
  type: "error",
  kind: "transient",
  message:
    "A part of ams-sync did not answer and the run broke off. It is repeated by itself; if it stays so, see the connector's log.",
  health: "degraded",
  retryInMs: 0,
};
