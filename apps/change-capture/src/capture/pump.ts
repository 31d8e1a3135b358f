import type { Change } from "@ams-sync/contracts";
import { Batcher, type Batch, type Touch } from "../batch/batcher.js";
import type { StreamEvent } from "../decode/decoder.js";
import type { Effect } from "../decode/effects.js";
import type { FeedWriter } from "../feed/feed-writer.js";
import type { Lsn } from "../lsn.js";
import { CaptureError } from "../problem.js";
import type { CaptureMetrics } from "../telemetry/capture-metrics.js";
import {
  inTrace,
  startCommitSpan,
  type CaptureSpan,
} from "../telemetry/commit-span.js";
import type { WakeUps } from "../wake/wake-ups.js";
import { InFlight } from "./in-flight.js";

/** What of a ReplicationStream is used here. */
export interface Changes {
  readonly pending: boolean;
  /** False while what comes in has to wait anyway: it may then come in larger pieces. */
  hurry: boolean;
  next(waitMs: number): Promise<readonly StreamEvent[]>;
  /** Ends the wait of `next`. */
  wake(): void;
  confirm(lsn: Lsn): void;
  answer(): void;
}

/** What of an AmsReader is used here. */
export interface Lookups {
  /** Resolves once what these transactions wrote can be read by whoever looks. */
  visible(xids: readonly number[], signal: AbortSignal): Promise<void>;
  existing(touches: readonly Touch[]): Promise<readonly Change[]>;
  carriers(tenantId: string, tagId: string): AsyncIterable<readonly string[]>;
}

export interface PumpParts {
  readonly stream: Changes;
  readonly writer: FeedWriter;
  readonly reader: Lookups;
  readonly wakeUps: WakeUps;
  readonly metrics: CaptureMetrics;
  readonly signal: AbortSignal;
  readonly batchRows: number;
  /** A position without rows is stored at most once in so many milliseconds. */
  readonly idleAdvanceMs: number;
}

interface Transaction {
  readonly committedAt: Date;
  readonly xid: number;
  /** Begun with the first row that concerns us. */
  span?: CaptureSpan;
}

/** One that state stores, and one that waits there, so that state's database is never without work. */
const AT_ONCE = 2;

/**
 * From the stream to state. While one batch is being stored the next one
 * gathers, and is sent ahead once it is full: so a lone change goes out at
 * once and a flood goes out in full batches. Confirms to ams what state has
 * stored, and nothing else.
 */
export class Pump {
  readonly #batcher: Batcher;
  readonly #inFlight: InFlight;
  #transaction: Transaction | undefined;
  /** Transactions of which nobody may hear yet: what they wrote may not be there for others. */
  readonly #unseen = new Set<number>();
  #replyWanted = false;
  #storedAt = performance.now();

  constructor(private readonly parts: PumpParts) {
    this.#batcher = new Batcher(parts.batchRows);
    this.#inFlight = new InFlight(AT_ONCE, () => {
      parts.stream.hurry = this.#inFlight.empty;
      parts.stream.wake();
    });
  }

  /** Until the signal fires. Throws when the stream breaks, state refuses, or a captured table was truncated. */
  async run(): Promise<void> {
    const { stream, signal } = this.parts;
    while (!signal.aborted) {
      const events = await stream.next(this.#patience());
      this.#inFlight.check();
      for (const event of events) {
        // Only for a further row: the next event may be the commit that makes the batch whole.
        if (event.type === "effect" && this.#batcher.full)
          await this.#makeRoom();
        const busy = this.#take(event);
        if (busy !== undefined) await busy;
      }
      if (!stream.pending && this.#worthSending()) await this.#send();
      this.#answer();
    }
    await this.#inFlight.done();
  }

  async #makeRoom(): Promise<void> {
    while (this.#batcher.full) await this.#send();
  }

  /** How long to wait for more before a position without rows is due, milliseconds. */
  #patience(): number {
    const due = this.#storedAt + this.parts.idleAdvanceMs - performance.now();
    return this.#batcher.hasPosition ? Math.max(due, 0) : 60_000;
  }

  #worthSending(): boolean {
    if (!this.#inFlight.empty) return false;
    if (this.#batcher.hasRows || this.#replyWanted) return true;
    return this.#batcher.hasPosition && this.#patience() === 0;
  }

  #answer(): void {
    if (this.#replyWanted) this.parts.stream.answer();
    this.#replyWanted = false;
  }

  /** A promise only where it takes time. */
  #take(event: StreamEvent): Promise<void> | undefined {
    switch (event.type) {
      case "begin":
        this.#transaction = { committedAt: event.committedAt, xid: event.xid };
        return undefined;
      case "effect":
        return this.#effect(event.effect);
      case "commit":
        this.#batcher.commit(event.endLsn, this.#transaction?.span);
        this.#transaction = undefined;
        return undefined;
      case "keepalive":
        this.#keepalive(event.lsn);
        this.#replyWanted ||= event.replyWanted;
        return undefined;
      case "truncate":
        return this.#truncated(event.tables);
    }
  }

  #keepalive(lsn: bigint): void {
    // In the midst of a transaction nothing is complete yet.
    if (this.#transaction !== undefined) return;
    if (lsn > this.parts.writer.sentLsn) this.#batcher.advance(lsn);
  }

  #effect(effect: Effect): Promise<void> | undefined {
    const { committedAt, traceParent } = this.#inTransaction();
    const { tenantId } = effect;
    switch (effect.on) {
      case "record": {
        const { kind, recordId, deleted } = effect;
        this.#batcher.add({
          change: {
            tenantId,
            kind,
            recordId,
            deleted,
            committedAt,
            traceParent,
          },
        });
        return undefined;
      }
      case "customer": {
        const { customerId } = effect;
        this.#batcher.add({
          touch: { tenantId, customerId, committedAt, traceParent },
        });
        return undefined;
      }
      case "accounts":
        this.#batcher.add({
          concern: { tenantId, userId: effect.userId },
          traceParent,
        });
        return undefined;
      case "tag":
        return this.#tag(tenantId, effect.tagId);
    }
  }

  /** A tag may hang on every customer of a tenant: taken page by page. */
  async #tag(tenantId: string, tagId: string): Promise<void> {
    const { committedAt, traceParent } = this.#inTransaction();
    await this.#seen();
    for await (const page of this.parts.reader.carriers(tenantId, tagId)) {
      for (const customerId of page) {
        await this.#makeRoom();
        this.#batcher.add({
          touch: { tenantId, customerId, committedAt, traceParent },
        });
      }
    }
  }

  #inTransaction(): { committedAt: Date; traceParent: string } {
    const transaction = this.#transaction;
    if (transaction === undefined)
      throw new CaptureError(
        "unreadable",
        "The replication stream holds a row outside of a transaction.",
      );
    if (transaction.span === undefined) {
      transaction.span = startCommitSpan(transaction.committedAt);
      this.#unseen.add(transaction.xid);
    }
    return {
      committedAt: transaction.committedAt,
      traceParent: transaction.span.traceParent,
    };
  }

  async #truncated(tables: readonly string[]): Promise<never> {
    // What came before it is stored; of its own transaction nothing is.
    if (this.#batcher.hasPosition) await this.#send();
    await this.#inFlight.done();
    const { name } = this.parts.writer.source;
    throw new CaptureError(
      "truncate",
      `${tables.join(", ")} of the ams source "${name}" was emptied with TRUNCATE, which does not tell whose records are gone. Capture stands still and deletes nothing. If it was a mistake, restore the table first. Then let capture read everything again: node apps/change-capture/dist/accept.js truncate`,
    );
  }

  async #seen(): Promise<void> {
    if (this.#unseen.size === 0) return;
    const { reader, signal } = this.parts;
    await reader.visible([...this.#unseen], signal);
    this.#unseen.clear();
  }

  /** Returns once it is under way. */
  async #send(): Promise<void> {
    await this.#inFlight.room();
    const batch = this.#batcher.take();
    if (batch === undefined) return;
    await this.#seen();
    if (this.parts.signal.aborted) return;
    const touched = await this.parts.reader.existing(batch.touches);
    const changes =
      touched.length > 0 ? [...batch.changes, ...touched] : batch.changes;
    this.#inFlight.add(this.#store(batch, changes));
    this.parts.stream.hurry = false;
  }

  async #store(batch: Batch, changes: readonly Change[]): Promise<void> {
    const { stream, writer, wakeUps, metrics } = this.parts;
    const { concerns, lsn } = batch;
    const [first] = batch.traceParents.values();
    const begin = performance.now();
    const toWake = await inTrace(first, () =>
      writer.append({ changes, concerns, lsn }),
    );
    this.#storedAt = performance.now();
    if (lsn !== 0n) stream.confirm(lsn);
    batch.stored();
    wakeUps.notify(toWake, batch.traceParents);
    metrics.stored({
      changes,
      seconds: (this.#storedAt - begin) / 1000,
      committedAt: changes.at(-1)?.committedAt,
    });
  }
}
