import type { GraphClock } from "./clock.js";
import { Refusal } from "./http/refusal.js";

/** facts/graph.md, "Limits": for each app and mailbox. */
export interface Limits {
  readonly concurrent: number;
  readonly requestsPer10Minutes: number;
  readonly uploadBytesPer5Minutes: number;
  /** Seconds that a refusal for concurrency asks to wait. */
  readonly retryAfter: number;
}

export const DOCUMENTED: Limits = {
  concurrent: 4,
  requestsPer10Minutes: 10_000,
  uploadBytesPer5Minutes: 150 * 2 ** 20,
  retryAfter: 1,
};

const throttled = (limit: string, seconds: number): Refusal =>
  new Refusal(
    429,
    "ApplicationThrottled",
    `Application is over its ${limit} limit.`,
    { "retry-after": `${Math.max(1, Math.ceil(seconds))}` },
  );

/** What was spent within the last so many ms. */
class Window {
  #spent: { at: number; amount: number }[] = [];
  #sum = 0;

  constructor(
    readonly ms: number,
    readonly most: number,
  ) {}

  /** Seconds until so much can be spent, 0 for now. */
  wait(now: number, amount: number): number {
    while (this.#spent[0] !== undefined && this.#spent[0].at <= now - this.ms)
      this.#sum -= this.#spent.shift()?.amount ?? 0;
    if (this.#sum + amount <= this.most) return 0;
    return ((this.#spent[0]?.at ?? now) + this.ms - now) / 1_000;
  }

  spend(at: number, amount: number): void {
    this.#spent.push({ at, amount });
    this.#sum += amount;
  }
}

export class Throttle {
  #underWay = 0;
  readonly #requests: Window;
  readonly #upload: Window;
  /** The most that were under way at once. */
  most = 0;
  refusals = 0;

  constructor(
    readonly limits: Limits,
    readonly clock: GraphClock,
  ) {
    this.#requests = new Window(600_000, limits.requestsPer10Minutes);
    this.#upload = new Window(300_000, limits.uploadBytesPer5Minutes);
  }

  /** Throws a 429; else holds a place until the returned function is called. */
  enter(bytes: number): () => void {
    const now = this.clock.epoch();
    const requests = this.#requests.wait(now, 1);
    const upload = this.#upload.wait(now, bytes);
    const crowded = this.#underWay >= this.limits.concurrent;
    if (crowded || requests > 0 || upload > 0) {
      this.refusals += 1;
      throw crowded
        ? throttled("MailboxConcurrency", this.limits.retryAfter)
        : requests > 0
          ? throttled("MailboxRequests", requests)
          : throttled("MailboxUpload", upload);
    }
    this.#requests.spend(now, 1);
    this.#upload.spend(now, bytes);
    this.#underWay += 1;
    this.most = Math.max(this.most, this.#underWay);
    return () => {
      this.#underWay -= 1;
    };
  }
}
