import type { Clock } from "../clock.js";

const START = Date.UTC(2024, 2, 4, 8, 30);
/** Longer waits are somebody else's: they end when a test turns the clock. */
const SHORT_MS = 10_000;

interface Sleeper {
  readonly until: number;
  readonly wake: () => void;
}

/** Turned by hand. Short sleeps pass at once and take their time along. */
export class MemoryClock implements Clock {
  #elapsed = 0;
  #sleepers: Sleeper[] = [];

  readonly monotonic = (): number => this.#elapsed;
  readonly epoch = (): number => START + this.#elapsed;

  readonly sleep = async (ms: number, signal?: AbortSignal): Promise<void> => {
    if (signal?.aborted) return;
    if (ms <= SHORT_MS) {
      await this.advance(ms);
      return;
    }
    await new Promise<void>((wake) => {
      this.#sleepers.push({ until: this.#elapsed + ms, wake });
      signal?.addEventListener("abort", () => wake(), { once: true });
    });
  };

  async advance(ms: number): Promise<void> {
    this.#elapsed += ms;
    const due = this.#sleepers.filter(({ until }) => until <= this.#elapsed);
    this.#sleepers = this.#sleepers.filter((sleeper) => !due.includes(sleeper));
    for (const { wake } of due) wake();
    // Whoever woke gets its turn before the test goes on.
    await new Promise((resolve) => setImmediate(resolve));
  }
}
