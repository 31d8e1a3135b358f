import pLimit from "p-limit";

/**
 * Works on all that it is given, so many at once as `concurrency` says at each moment, in the order in which it came.
 * After the first error no further one is begun.
 */
export class AtOnce {
  readonly #limit = pLimit(1);
  #stopped = false;

  /** Waits for all that were begun, then throws the first error. */
  async each<T>(
    all: readonly T[],
    concurrency: () => number,
    work: (one: T) => Promise<void>,
  ): Promise<void> {
    this.#limit.concurrency = atLeastOne(concurrency());
    const settled = await Promise.allSettled(
      all.map((one) =>
        this.#limit(async () => {
          if (this.#stopped) return;
          this.#limit.concurrency = atLeastOne(concurrency());
          try {
            await work(one);
          } catch (error) {
            this.stop();
            throw error;
          }
        }),
      ),
    );
    for (const outcome of settled)
      if (outcome.status === "rejected") throw outcome.reason;
  }

  /** No further one is begun. */
  stop(): void {
    this.#stopped = true;
  }
}

const atLeastOne = (wanted: number): number =>
  Number.isFinite(wanted) ? Math.max(1, Math.floor(wanted)) : 1;
