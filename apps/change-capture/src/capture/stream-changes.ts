import type { ClientConfig } from "pg";
import { AmsReader } from "../ams/ams-reader.js";
import type { AmsSession } from "../ams/session.js";
import { slotError } from "../ams/slot.js";
import type { FeedWriter } from "../feed/feed-writer.js";
import { CaptureError, problemOf } from "../problem.js";
import { ReplicationStream } from "../stream/replication-stream.js";
import type { CaptureParts } from "./parts.js";
import { Pump } from "./pump.js";
import { watchSlot } from "./watch.js";

export interface StreamParts extends CaptureParts {
  readonly session: AmsSession;
  readonly config: ClientConfig;
  readonly slot: string;
  readonly writer: FeedWriter;
  readonly signal: AbortSignal;
}

/** Streams until the signal fires. A TRUNCATE stops the source in state and ends it too; everything else throws. */
export async function streamChanges(parts: StreamParts): Promise<void> {
  const { slot, writer, status } = parts;
  try {
    await stream(parts);
  } catch (error) {
    if (!(error instanceof CaptureError && error.kind === "truncate"))
      throw slotError(error, slot);
    await writer.stop("truncate", error.message);
    status.enter("stopped", [problemOf(error)]);
  }
}

async function stream(parts: StreamParts): Promise<void> {
  const { session, config, slot, writer, status, metrics, tuning } = parts;
  const { client } = session;
  const watch = watchSlot({
    client,
    slot,
    everyMs: tuning.watchMs,
    onSlot: (state) => metrics.slot(state),
  });
  const signal = AbortSignal.any([parts.signal, watch.signal]);
  const from = writer.source.lastLsn;
  try {
    const changes = await ReplicationStream.open({
      slot,
      from,
      signal,
      client: config,
    });
    status.enter("streaming");
    await new Pump({
      writer,
      metrics,
      signal,
      wakeUps: parts.wakeUps,
      stream: changes,
      reader: new AmsReader(client),
      batchRows: tuning.batchRows,
      idleAdvanceMs: tuning.idleAdvanceMs,
    })
      .run()
      .finally(() => changes.close());
    if (watch.signal.aborted) throw watch.signal.reason;
  } finally {
    watch.stop();
  }
}
