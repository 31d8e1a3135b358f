import { keepable } from "./keepable.js";
import type { Result } from "./run-state.js";
import { REJECTED_RETRY_MS } from "./what-next.js";

/** One message must stay far below the 64 MiB that state takes; ten long records are far below this. */
const GROUP_BYTES_MAX = 2 ** 20;
/** Far above what one record can come to: an agreed form has 135 KB at most, what gave way to it a few MB. */
const RESULT_BYTES_MAX = 16 * 2 ** 20;

/**
 * Remembers results in small groups, by count and by size, one after the other, while further writes are under way. A
 * kill loses the memory of at most one group and what is in flight; where the system does not say which versions writes
 * left behind, and they are asked for together, that of a slice. Those records are found again by their identity, at the
 * price of one request each.
 */
export class Committer {
  #waiting: Result[] = [];
  /** Entries of those that wait. */
  readonly #told = new Set<bigint>();
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

  /**
   * What tells of one record is remembered in one step: it counts once, and no entry of it is left that meets the others'
   * outcome.
   * @param effect something outside was changed, so forgetting it costs a request
   */
  add(results: readonly Result[], effect: boolean): void {
    const fitting = results.map(within);
    const bytes = fitting.reduce((sum, result) => sum + bytesOf(result), 0);
    // State takes one word of an entry at a time, and refuses all where there are two.
    const again = fitting.some(({ entryId }) => this.#told.has(entryId));
    if (again || this.#bytes + bytes > GROUP_BYTES_MAX) this.#send();
    for (const { entryId } of fitting) this.#told.add(entryId);
    this.#waiting.push(...fitting);
    this.#bytes += bytes;
    if (effect) this.#effects += fitting.length;
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
    this.#told.clear();
    this.#effects = 0;
    this.#bytes = 0;
    return waiting;
  }

  #send(): void {
    const group = this.#waiting;
    this.#waiting = [];
    this.#told.clear();
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

const within = (result: Result): Result =>
  bytesOf(result) <= RESULT_BYTES_MAX
    ? result
    : { ...result, outcome: TOO_LARGE };

/** Refused by state, it would stop each run at this record. */
const TOO_LARGE = {
  type: "set-aside",
  code: "too-large",
  message:
    "What is to be remembered of this record is longer than 16 MiB. Shorten its texts in ams and in the other system; it is tried again daily.",
  retryInMs: REJECTED_RETRY_MS,
} as const;

/** Only the agreed form and what gave way to it can be long, and of that no more is told. */
const bytesOf = ({ outcome }: Result): number =>
  outcome.type === "linked"
    ? Buffer.byteLength(outcome.link.fields) +
      (outcome.conflicts ?? []).reduce(
        (sum, { ams = "", remote = "" }) =>
          sum + toldBytes(ams) + toldBytes(remote),
        0,
      )
    : 0;

const toldBytes = (value: string): number => Buffer.byteLength(keepable(value));
