import type { Clock } from "./clock.js";
import { LeaseLost } from "./run-state.js";

/** Left over after the longest request: the answer must be back before a successor may start. */
const MARGIN_MS = 1_000;

/**
 * Rule 3: the right to cause effects for an account. Counted on the monotonic clock from the moment *before* state was
 * asked, so the connector always thinks that it has less than state grants.
 */
export class Lease {
  readonly #lost = new AbortController();
  #until = 0;
  #span = 0;
  #renewing: Promise<void> | undefined;

  constructor(
    private readonly ask: () => Promise<number>,
    private readonly clock: Clock,
  ) {}

  /** Ends when the lease is lost: requests under way are broken off. */
  get signal(): AbortSignal {
    return this.#lost.signal;
  }

  get lost(): boolean {
    return this.#lost.signal.aborted;
  }

  get remainingMs(): number {
    return this.lost ? 0 : this.#until - this.clock.monotonic();
  }

  /** `askedAt`: the monotonic time before the question whose answer this is. */
  extend(remainingMs: number, askedAt: number): void {
    this.#span = remainingMs;
    this.#until = Math.max(this.#until, askedAt + remainingMs);
  }

  lose(): void {
    this.#lost.abort();
  }

  /**
   * Before each effect: makes sure that the lease lasts longer than the effect can. Renews in the background from half
   * time on, and waits for the renewal only where it must.
   * @throws LeaseLost
   */
  async outlast(ms: number): Promise<void> {
    if (this.remainingMs > ms + MARGIN_MS) {
      if (this.remainingMs < this.#span / 2) this.#renewBeside();
    } else {
      await this.renew();
    }
    if (this.lost) throw new LeaseLost("Another run may hold the account.");
    if (this.remainingMs <= ms + MARGIN_MS)
      throw new LeaseLost(
        `state grants ${this.#span} ms, a request may take ${ms} ms: raise LEASE_MS or lower REQUEST_TIMEOUT_MS.`,
      );
  }

  /** One question at a time; all who need it wait for the same answer. */
  async renew(): Promise<void> {
    this.#renewing ??= this.#renew().finally(() => {
      this.#renewing = undefined;
    });
    return this.#renewing;
  }

  /** Keeps the lease through long reads, in which nobody asks for it. Ends with `done`. */
  async keep(done: AbortSignal): Promise<void> {
    while (!done.aborted && !this.lost) {
      await this.clock.sleep(this.#span / 3, done);
      if (!done.aborted && !this.lost) await this.#renewQuietly();
    }
  }

  #renewBeside(): void {
    if (!this.#renewing) void this.#renewQuietly();
  }

  /** An unreachable state is no reason to stop yet: whoever needs the lease next asks again and hears the error. */
  async #renewQuietly(): Promise<void> {
    await this.renew().then(
      () => undefined,
      () => undefined,
    );
  }

  async #renew(): Promise<void> {
    if (this.lost) throw new LeaseLost("Another run may hold the account.");
    const askedAt = this.clock.monotonic();
    try {
      this.extend(await this.ask(), askedAt);
    } catch (error) {
      if (error instanceof LeaseLost) this.lose();
      throw error;
    }
  }
}
