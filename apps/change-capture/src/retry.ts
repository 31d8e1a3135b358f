import { pause } from "./pause.js";
import { CaptureError, type ProblemKind } from "./problem.js";

export interface RetryOptions {
  readonly signal: AbortSignal;
  /** Called before each wait, so that somebody learns of the trouble. */
  readonly onFailure?: (error: CaptureError) => void;
  readonly firstMs?: number;
  readonly maxMs?: number;
  /** Gives up after so many milliseconds; default never. */
  readonly withinMs?: number;
}

const PASSING: ReadonlySet<ProblemKind> = new Set([
  "state-unreachable",
  "state-refused",
]);

/**
 * Repeats what failed because state was away or refused us, with growing waits
 * (each shortened by up to half), until it works, the time is over or the
 * signal fires. Everything else is thrown at once.
 */
export async function retrying<T>(
  work: () => Promise<T>,
  options: RetryOptions,
): Promise<T> {
  const { signal, onFailure, firstMs = 100, maxMs = 5_000 } = options;
  const end = performance.now() + (options.withinMs ?? Infinity);
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      const passes = error instanceof CaptureError && PASSING.has(error.kind);
      if (!passes || signal.aborted || performance.now() >= end) throw error;
      onFailure?.(error);
      const wait = Math.min(firstMs * 2 ** Math.min(attempt, 20), maxMs);
      await pause(wait * (1 - Math.random() / 2), signal);
      if (signal.aborted) throw error;
    }
  }
}
