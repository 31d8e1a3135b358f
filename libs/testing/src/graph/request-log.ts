/** One operation. No bodies and no tokens: they hold people and access. */
export interface LoggedOperation {
  readonly method: string;
  /** Path and query, after the version. */
  readonly at: string;
  /** 0 where no answer was sent. */
  readonly status: number;
  readonly inBatch: boolean;
  readonly time: number;
}

const KEPT = 20_000;

export class RequestLog {
  #operations: LoggedOperation[] = [];
  #http = 0;
  #throttled = 0;

  /** Requests on the wire: a batch is one. Sign-in does not count. */
  get http(): number {
    return this.#http;
  }

  /** Operations that were refused with 429, in batches too. */
  get throttled(): number {
    return this.#throttled;
  }

  /** Newest 20,000, oldest first; operations of a batch one by one, and the batch itself. */
  get operations(): readonly LoggedOperation[] {
    return this.#operations;
  }

  count(match: { method?: string; at?: RegExp; status?: number } = {}): number {
    return this.#operations.filter(
      (one) =>
        (match.method === undefined || match.method === one.method) &&
        (match.at === undefined || match.at.test(one.at)) &&
        (match.status === undefined || match.status === one.status),
    ).length;
  }

  clear(): void {
    this.#operations = [];
    this.#http = 0;
    this.#throttled = 0;
  }

  note(operation: LoggedOperation): void {
    if (!operation.inBatch) this.#http += 1;
    if (operation.status === 429) this.#throttled += 1;
    this.#operations.push(operation);
    if (this.#operations.length > KEPT) this.#operations.shift();
  }
}
