import {
  SourceStatus,
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

/** Storing 1,000 rows takes milliseconds; closing a snapshot of a big database compares all of it. */
const APPEND_DEADLINE = 30_000;
const FINISH_DEADLINE = 600_000;

/**
 * The one writer of a source: knows the epoch and the position that state must
 * have, and repeats a call until state answers it. A lost answer is harmless:
 * the repeated call is told that it was stored, or fails as "moved".
 */
export class FeedWriter {
  #source: Source | undefined;

  constructor(private readonly options: FeedWriterOptions) {}

  get source(): Source {
    if (this.#source === undefined) throw new Error("open() comes first.");
    return this.#source;
  }

  async open(): Promise<Source> {
    const { source: name, systemIdentifier } = this.options;
    return this.#keep(
      await this.#call(
        (feed, call) => feed.openSource({ name, systemIdentifier }, call),
        { opening: true },
      ),
    );
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

  /** Gives the accounts to wake. */
  async append(rows: Rows, withinMs?: number): Promise<readonly WakeUp[]> {
    const { name, epoch, lastLsn } = this.source;
    const request = {
      source: name,
      epoch,
      expectedLsn: lastLsn,
      lsn: rows.lsn,
      changes: [...rows.changes],
      concerns: [...(rows.concerns ?? [])],
    };
    const { wakeUps } = await this.#call(
      (feed, call) =>
        feed.appendChanges(request, { ...call, deadline: APPEND_DEADLINE }),
      { ...(withinMs !== undefined && { withinMs }) },
    );
    if (rows.lsn !== 0n) {
      this.#keep({ ...this.source, lastLsn: rows.lsn });
      this.options.onProgress?.();
    }
    return wakeUps;
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
