import { ConnectorError } from "@ams-sync/connector-kit";

export interface MailboxLimits {
  /** At once; Exchange allows 4 for each app and mailbox. */
  readonly concurrent: number;
  /** In `windowMs`; Exchange allows 10,000 in 10 minutes. Each request in a batch counts. */
  readonly requests: number;
  readonly windowMs: number;
}

export const EXCHANGE_LIMITS: MailboxLimits = {
  concurrent: 4,
  requests: 10_000,
  windowMs: 10 * 60 * 1_000,
};

/** The window is counted in so many parts. */
const PARTS = 60;

interface Waiting {
  readonly weight: number;
  readonly go: () => void;
}

/**
 * What one mailbox lets us do, over both of its streams. Nobody sleeps here for longer than the requests before it take:
 * what has to wait for longer is `throttled`, with the time, and the run hands back.
 */
export class MailboxGate {
  #free: number;
  readonly #queue: Waiting[] = [];
  /** Requests by part of the window, oldest first. */
  readonly #spent: { readonly part: number; count: number }[] = [];

  constructor(
    private readonly limits: MailboxLimits,
    private readonly now: () => number,
  ) {
    this.#free = limits.concurrent;
  }

  get concurrent(): number {
    return this.limits.concurrent;
  }

  /** Nothing is waiting and nothing under way. */
  get idle(): boolean {
    return this.#free === this.limits.concurrent && this.#queue.length === 0;
  }

  /**
   * Counts `count` requests.
   * @throws ConnectorError `throttled` where they are not to be sent now
   */
  spend(count: number): void {
    const now = this.now();
    const size = this.limits.windowMs / PARTS;
    const part = Math.floor(now / size);
    while (this.#spent[0] && this.#spent[0].part <= part - PARTS)
      this.#spent.shift();
    const used = this.#spent.reduce((sum, one) => sum + one.count, 0);
    if (used + count > this.limits.requests) {
      const oldest = this.#spent[0]?.part ?? part;
      throw later((oldest + PARTS) * size - now);
    }
    const last = this.#spent.at(-1);
    if (last?.part === part) last.count += count;
    else this.#spent.push({ part, count });
  }

  /** Runs `work` once `weight` of the places are free, in the order of asking. */
  async enter<T>(
    weight: number,
    signal: AbortSignal,
    work: () => Promise<T>,
  ): Promise<T> {
    const taken = Math.min(weight, this.limits.concurrent);
    await this.#turn(taken, signal);
    try {
      return await work();
    } finally {
      this.#free += taken;
      this.#next();
    }
  }

  async #turn(weight: number, signal: AbortSignal): Promise<void> {
    if (this.#queue.length === 0 && this.#free >= weight) {
      this.#free -= weight;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const stop = () => {
        const at = this.#queue.indexOf(one);
        if (at >= 0) this.#queue.splice(at, 1);
        reject(notInTime());
        // Whoever stood behind may be small enough.
        this.#next();
      };
      const one = {
        weight,
        go: () => {
          signal.removeEventListener("abort", stop);
          resolve();
        },
      };
      this.#queue.push(one);
      if (signal.aborted) stop();
      else signal.addEventListener("abort", stop, { once: true });
    });
  }

  #next(): void {
    for (let one = this.#queue[0]; one; one = this.#queue[0]) {
      if (one.weight > this.#free) return;
      this.#queue.shift();
      this.#free -= one.weight;
      one.go();
    }
  }
}

const later = (ms: number): ConnectorError =>
  new ConnectorError(
    "throttled",
    "This mailbox has had as many requests as Microsoft 365 allows; the rest follows later.",
    { retryAfterMs: Math.max(1, Math.ceil(ms)) },
  );

const notInTime = (): ConnectorError =>
  new ConnectorError(
    "transient",
    "Microsoft 365 did not get to it in time; tried again later.",
  );
