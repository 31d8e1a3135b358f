import { setTimeout as wait } from "node:timers/promises";

/** Time as a run needs it, injected so that tests turn it by hand. */
export interface Clock {
  /** Monotonic, ms: for leases and budgets, which a corrected wall clock must not stretch. */
  readonly monotonic: () => number;
  /** Epoch ms. */
  readonly epoch: () => number;
  /** Ends early, without an error, when the signal does. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
}

export const systemClock: Clock = {
  monotonic: () => performance.now(),
  epoch: () => Date.now(),
  sleep: async (ms, signal) => {
    if (signal?.aborted) return;
    await wait(ms, undefined, {
      // A worker that shuts down must not be held open by a lease that nobody needs any more.
      ref: false,
      ...(signal && { signal }),
    }).catch((error: unknown) => {
      if (!signal?.aborted) throw error;
    });
  },
};
