/** One request as the client sent it; no headers and no bodies, for they hold logins and people. */
export interface LoggedRequest {
  readonly method: string;
  readonly path: string;
  /** 0 where no answer was sent. */
  readonly status: number;
  /** Since the proxy started, ms. */
  readonly at: number;
}

const KEPT = 2_000;

/** What came through the proxy: all of it counted, the newest remembered. */
export class RequestLog {
  readonly #counts = new Map<string, number>();
  #newest: LoggedRequest[] = [];
  #underWay = 0;

  /** Not answered yet, by the server or by a quirk that takes its time; also where nobody waits any more. */
  get underWay(): number {
    return this.#underWay;
  }

  /** Of one method, or of all; since the start or the last `clear`. */
  count(method?: string): number {
    if (method !== undefined) return this.#counts.get(method) ?? 0;
    return [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
  }

  get byMethod(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }

  /** The newest 2,000 at most, oldest first. */
  get newest(): readonly LoggedRequest[] {
    return this.#newest;
  }

  clear(): void {
    this.#counts.clear();
    this.#newest = [];
  }

  /** Before it is answered, so that what is never answered counts too. */
  came(method: string): void {
    this.#underWay += 1;
    this.#counts.set(method, this.count(method) + 1);
  }

  ended(request: LoggedRequest): void {
    this.#underWay -= 1;
    this.#newest.push(request);
    if (this.#newest.length > KEPT) this.#newest.shift();
  }
}
