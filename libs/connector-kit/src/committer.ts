import type { Result } from "./run-state.js";

/** One message must stay far below what state takes; ten long records are far below this. */
const GROUP_BYTES_MAX = 2 ** 20;

/**
 * Remembers results in small groups, by count and by size, one after the other, while further writes are under way. A
 * kill loses the memory of at most one group and what is in flight; where the system does not say which versions writes
 * left behind, and they are asked for together, that of a slice. Those records are found again by their identity, at the
 * price of one request each.
 */
export class Committer {
  #waiting: Result[] = [];
  #effects = 0;
  #bytes = 0;
  #tail: Promise<void> = Promise.resolve();
  #failure: { readonly error: unknown } | undefined;

  constructor(
    private readonly commit: (results: readonly Result[]) => Promise<void>,
    private readonly groupSize: number,
  ) {}

  /** True once a commit failed: nothing further may be begun. */
  get failed(): boolean {
    return this.#failure !== undefined;
  }

  /** `effect`: something outside was changed, so forgetting it costs a request. */
  add(result: Result, effect: boolean): void {
    const bytes = bytesOf(result);
    if (this.#bytes + bytes > GROUP_BYTES_MAX) this.#send();
    this.#waiting.push(result);
    this.#bytes += bytes;
    if (effect) this.#effects += 1;
    if (this.#effects >= this.groupSize) this.#send();
  }

  /** What comes next is not remembered together with what is waiting. */
  cut(): void {
    this.#send();
  }

  /** Waits until all is remembered. Throws the first error of any commit. */
  async flush(): Promise<void> {
    this.#send();
    await this.#tail;
    if (this.#failure) throw this.#failure.error;
  }

  /**
   * The same, but for what was only looked at: forgetting that costs another look, so it may wait for the next that is
   * remembered, or for the end of the run.
   */
  async settle(): Promise<void> {
    const idle = this.#waiting.every(
      ({ outcome }) => outcome.type === "untouched",
    );
    if (!idle) this.#send();
    await this.#tail;
    if (this.#failure) throw this.#failure.error;
  }

  /** What still waits, for whoever remembers it now. */
  take(): readonly Result[] {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#effects = 0;
    this.#bytes = 0;
    return waiting;
  }

  #send(): void {
    const group = this.#waiting;
    this.#waiting = [];
    this.#effects = 0;
    this.#bytes = 0;
    if (group.length === 0) return;
    this.#tail = this.#tail.then(async () => {
      if (this.#failure) return;
      try {
        await this.commit(group);
      } catch (error) {
        this.#failure = { error };
      }
    });
  }
}

/** Only the agreed form can be long. */
const bytesOf = ({ outcome }: Result): number =>
  outcome.type === "linked" ? Buffer.byteLength(outcome.link.fields) : 0;
