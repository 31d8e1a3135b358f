import type { ClientBase, ClientConfig } from "pg";
import type { Logger } from "@ams-sync/platform";
import { createSlot, dropSlot, type NewSlot } from "../ams/slot.js";
import { readSnapshot } from "../ams/snapshot-reader.js";
import type { FeedWriter } from "../feed/feed-writer.js";
import type { CaptureMetrics } from "../telemetry/capture-metrics.js";
import { inTrace, startSnapshotSpan } from "../telemetry/commit-span.js";
import type { WakeUps } from "../wake/wake-ups.js";

export interface SnapshotParts {
  readonly client: ClientBase;
  readonly config: ClientConfig;
  readonly slot: string;
  readonly writer: FeedWriter;
  readonly wakeUps: WakeUps;
  readonly metrics: CaptureMetrics;
  readonly log: Logger;
  readonly signal: AbortSignal;
  readonly batchRows: number;
}

/** An open snapshot keeps ams from cleaning up: with state away for longer, rather begin anew later. */
const PATIENCE = 120_000;
const WAITING = 10_000;

/**
 * A new slot and, under a new epoch, every record as the slot's exported
 * snapshot has it. What is committed meanwhile waits in the slot. Interrupted
 * at any point it starts over, as the snapshot is gone with its session.
 */
export async function takeSnapshot(parts: SnapshotParts): Promise<void> {
  const { client, writer, wakeUps, log } = parts;
  await dropSlot(client, parts.slot);
  const { epoch } = await writer.beginSnapshot();
  const begin = performance.now();
  const slot = await newSlot(parts);
  const rows = await readAll(parts, slot).finally(() => slot.release());
  const finished = await writer.finishSnapshot(slot.consistentPoint);
  wakeUps.notify(finished.wakeUps, new Map());
  log.info(
    {
      epoch: String(epoch),
      rows,
      tombstones: String(finished.tombstones),
      ms: Math.round(performance.now() - begin),
    },
    "all of ams is read; capture streams from here",
  );
  if (finished.held > 0n)
    log.error(
      { epoch: String(epoch), held: String(finished.held) },
      `${finished.held} records that state knew are no longer in ams, more than its guard lets go by itself. Nothing was deleted. Look into ams; if they are really gone: node apps/change-capture/dist/accept.js absent ${epoch}`,
    );
}

async function newSlot(parts: SnapshotParts): Promise<NewSlot> {
  const timer = setTimeout(
    () =>
      parts.log.warn(
        "The new slot waits for transactions that were open in ams before. See them: SELECT pid, usename, state, xact_start FROM pg_stat_activity WHERE backend_xid IS NOT NULL ORDER BY xact_start; end one that hangs: SELECT pg_terminate_backend(pid);",
      ),
    WAITING,
  );
  try {
    return await createSlot(parts.config, parts.slot, parts.signal);
  } finally {
    clearTimeout(timer);
  }
}

async function readAll(parts: SnapshotParts, slot: NewSlot): Promise<number> {
  const { config, writer, wakeUps, metrics, signal, batchRows } = parts;
  let rows = 0;
  const chunks = readSnapshot(config, slot.snapshot, batchRows, slot.release);
  for await (const chunk of chunks) {
    signal.throwIfAborted();
    const span = startSnapshotSpan();
    const { traceParent } = span;
    const changes = chunk.map((change) => ({ ...change, traceParent }));
    const begin = performance.now();
    const toWake = await inTrace(traceParent, () =>
      writer.append({ changes, lsn: 0n }, PATIENCE),
    );
    wakeUps.notify(
      toWake,
      new Map(changes.map(({ tenantId }) => [tenantId, traceParent])),
    );
    metrics.stored({
      changes,
      seconds: (performance.now() - begin) / 1000,
      committedAt: undefined,
    });
    span.end(changes.length);
    rows += changes.length;
  }
  return rows;
}
