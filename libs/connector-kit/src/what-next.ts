import type { ConnectorErrorKind } from "./connector-error.js";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Quick repeats of one record within a run; then its entry waits. */
export const QUICK_RETRIES = 2;
/** How often a record is read again and planned again within a run. */
export const MAX_REPLANS = 3;
export const BACK_OFF_FIRST_MS = 30 * SECOND;
export const BACK_OFF_MAX_MS = 6 * HOUR;
/** A server that says "slow down" without saying how long. */
export const THROTTLED_DEFAULT_MS = MINUTE;
/** What a server refused is tried again once a day: its rules or its space may have changed. */
export const REJECTED_RETRY_MS = 24 * HOUR;

/** `firstMs` · 2^attempts, at most 6 h. `attempts` counts those that failed before this one. */
export const backOffMs = (
  attempts: number,
  firstMs = BACK_OFF_FIRST_MS,
): number => Math.min(BACK_OFF_MAX_MS, firstMs * 2 ** Math.max(0, attempts));

export interface Failure {
  readonly kind: ConnectorErrorKind;
  readonly retryAfterMs?: number;
}

/** What was tried already. */
export interface Tried {
  /** Transient failures of this record in this run before this one. */
  readonly transient: number;
  /** Times that this record was planned anew in this run. */
  readonly replans: number;
  /** Runs that set this entry aside before. */
  readonly attempts: number;
  /** Default: `BACK_OFF_FIRST_MS`. */
  readonly backOffFirstMs?: number | undefined;
}

export type Decision =
  /** Stop the run; work waits until the credential is saved anew. */
  | { readonly do: "park" }
  /** Stop the run; nothing is lost, nothing counts as an attempt. */
  | { readonly do: "end-run"; readonly retryInMs: number }
  /** The same effect again, after re-reading what it depends on. */
  | { readonly do: "retry"; readonly afterMs: number }
  /** Read the item again and plan again. */
  | { readonly do: "re-read" }
  /** Plan again with the item absent. */
  | { readonly do: "plan-absent" }
  /** The entry keeps its place; the rest goes on. */
  | { readonly do: "set-aside"; readonly retryInMs: number }
  /** Ask the other system for everything, without a token. */
  | { readonly do: "take-in-all" };

/** The one place where an error kind becomes a decision: retry, delay, set aside, park or stop. */
export const whatNext = (failure: Failure, tried: Tried): Decision => {
  switch (failure.kind) {
    case "auth":
      return { do: "park" };
    case "throttled":
      return {
        do: "end-run",
        retryInMs: failure.retryAfterMs ?? THROTTLED_DEFAULT_MS,
      };
    case "transient":
      return tried.transient < QUICK_RETRIES
        ? { do: "retry", afterMs: 250 * 4 ** tried.transient }
        : {
            do: "set-aside",
            retryInMs: backOffMs(tried.attempts, tried.backOffFirstMs),
          };
    case "rejected":
      return { do: "set-aside", retryInMs: REJECTED_RETRY_MS };
    case "precondition":
      return tried.replans < MAX_REPLANS
        ? { do: "re-read" }
        : {
            do: "set-aside",
            retryInMs: backOffMs(tried.attempts, tried.backOffFirstMs),
          };
    case "gone":
      return tried.replans < MAX_REPLANS
        ? { do: "plan-absent" }
        : {
            do: "set-aside",
            retryInMs: backOffMs(tried.attempts, tried.backOffFirstMs),
          };
    case "token-expired":
      return { do: "take-in-all" };
  }
};
