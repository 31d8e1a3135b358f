import { randomUUID } from "node:crypto";
import {
  changesToWire,
  SourceStatus,
  type AppendChangesRequest,
  type Change,
  type Concern,
  type FinishSnapshotResponse,
  type Source,
  type WakeUp,
} from "@ams-sync/contracts";
import type { Lsn } from "../lsn.js";
import type { CaptureError } from "../problem.js";
import { retrying } from "../retry.js";
import type { Feed, FeedCallOptions } from "./feed.js";
import { feedFailure } from "./feed-failure.js";

export interface FeedWriterOptions {
  readonly feed: Feed;
  readonly source: string;
  readonly systemIdentifier: string;
  readonly signal: AbortSignal;
  /** undefined: state answers again. */
  readonly onTrouble: (error: CaptureError | undefined) => void;
  /** state has stored up to a new position, or all of a snapshot. */
  readonly onProgress?: () => void;
}

export interface Rows {
  readonly changes: readonly Change[];
  readonly concerns?: readonly Concern[];
  /** 0 for a part of a transaction or of a snapshot. */
  readonly lsn: Lsn;
}

/** Storing a batch takes a fraction of a second; closing a snapshot of a big database compares all of it. */
const APPEND_DEADLINE = 30_000;
const FINISH_DEADLINE = 600_000;

/**
 * The one writer of a source: knows the epoch and the position that state must
 * have, and repeats a call until state answers it. A lost answer is harmless:
 * the repeated call is told that it was stored. After a failed append it must
 * open anew.
 */
export class FeedWriter {
  #source: Source | undefined;
  #writer = "";
  /** Appends since it opened. */
  #appends = 0n;
  /** Where the source stands once everything that was sent is stored. */
  #sentLsn: Lsn = 0n;
  /** The newest append that is not answered yet. */
  #unanswered: Promise<unknown> | undefined;

  constructor(private readonly options: FeedWriterOptions) {}

  get source(): Source {
    if (this.#source === undefined) throw new Error("open() comes first.");
    return this.#source;
  }

  /** Ends of everything that was sent, stored or not. */
  get sentLsn(): Lsn {
    return this.#sentLsn;
  }

  async open(): Promise<Source> {
    const { source: name, systemIdentifier } = this.options;
    const writer = randomUUID();
    const source = await this.#call(
      (feed, call) => feed.openSource({ name, systemIdentifier, writer }, call),
      { opening: true },
    );
    this.#writer = writer;
    this.#appends = 0n;
    return this.#keep(source);
  }

  async beginSnapshot(): Promise<Source> {
    const { source: name } = this.options;
    const expectedEpoch = this.source.epoch;
    return this.#keep(
      await this.#call((feed, call) =>
        feed.beginSnapshot({ name, expectedEpoch }, call),
      ),
    );
  }

  /**
   * Gives the accounts to wake. The next call need not wait for the answer to
   * this one: they are stored and answered in the order of the calls, and
   * nothing after one that failed.
   */
  append(rows: Rows, withinMs?: number): Promise<readonly WakeUp[]> {
    const { name, epoch } = this.source;
    this.#appends += 1n;
    const request: AppendChangesRequest = {
      source: name,
      writer: this.#writer,
      number: this.#appends,
      epoch,
      expectedLsn: this.#sentLsn,
      lsn: rows.lsn,
      changes: changesToWire(rows.changes),
      concerns: [...(rows.concerns ?? [])],
    };
    if (rows.lsn !== 0n) this.#sentLsn = rows.lsn;
    const answer = this.#inTurn(request, this.#unanswered, withinMs);
    const over = (): void => {
      if (this.#unanswered === answer) this.#unanswered = undefined;
    };
    answer.then(over, over);
    this.#unanswered = answer;
    return answer;
  }

  async #inTurn(
    request: AppendChangesRequest,
    before: Promise<unknown> | undefined,
    withinMs: number | undefined,
  ): Promise<readonly WakeUp[]> {
    const send = (feed: Feed, call: FeedCallOptions) =>
      feed.appendChanges(request, { ...call, deadline: APPEND_DEADLINE });
    const again = () =>
      this.#call(send, { ...(withinMs !== undefined && { withinMs }) });
    const { wakeUps } =
      before === undefined
        ? await again()
        : ((await this.#ahead(send, before)) ?? (await again()));
    if (request.lsn !== 0n) {
      this.#source = { ...this.source, lastLsn: request.lsn };
      this.options.onProgress?.();
    }
    return wakeUps;
  }

  /** Waits at state for the one before it. Whatever goes wrong with that is for the repetition to tell. */
  async #ahead<T>(
    send: (feed: Feed, call: FeedCallOptions) => Promise<T>,
    before: Promise<unknown>,
  ): Promise<T | undefined> {
    const { feed, signal } = this.options;
    const sent = send(feed, { signal }).catch(() => undefined);
    await before;
    return sent;
  }

  async finishSnapshot(lsn: Lsn): Promise<FinishSnapshotResponse> {
    const { name, epoch } = this.source;
    const finished = await this.#call((feed, call) =>
      feed.finishSnapshot(
        { source: name, epoch, lsn },
        { ...call, deadline: FINISH_DEADLINE },
      ),
    );
    this.#keep({
      ...this.source,
      lastLsn: lsn,
      status: SourceStatus.STREAMING,
    });
    this.options.onProgress?.();
    return finished;
  }

  async stop(code: string, message: string): Promise<Source> {
    const { name, epoch } = this.source;
    return this.#keep(
      await this.#call((feed, call) =>
        feed.stopSource({ name, epoch, code, message }, call),
      ),
    );
  }

  #keep(source: Source): Source {
    this.#source = source;
    this.#sentLsn = source.lastLsn;
    return source;
  }

  async #call<T>(
    work: (feed: Feed, call: FeedCallOptions) => Promise<T>,
    {
      opening = false,
      ...retry
    }: { opening?: boolean; withinMs?: number } = {},
  ): Promise<T> {
    const { feed, signal, onTrouble } = this.options;
    const result = await retrying(
      () =>
        work(feed, { signal }).catch((error: unknown) => {
          throw feedFailure(error, opening);
        }),
      { signal, onFailure: onTrouble, ...retry },
    );
    onTrouble(undefined);
    return result;
  }
}
