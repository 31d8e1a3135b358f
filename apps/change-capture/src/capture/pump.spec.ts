import { RecordKind } from "@ams-sync/contracts";
import { describe, expect, it } from "vitest";
import type { StreamEvent } from "../decode/decoder.js";
import type { Effect } from "../decode/effects.js";
import { FeedWriter } from "../feed/feed-writer.js";
import type { Lsn } from "../lsn.js";
import { CaptureMetrics } from "../telemetry/capture-metrics.js";
import { RecordingFeed } from "../testing/recording-feed.js";
import { WakeUps } from "../wake/wake-ups.js";
import { Pump, type Changes, type Lookups } from "./pump.js";

const TENANT = "0b5c1c3e-0000-4000-8000-00000000000a";
const begin: StreamEvent = {
  type: "begin",
  committedAt: new Date("2026-03-29T00:59:59Z"),
  xid: 7,
};
const commit = (endLsn: Lsn): StreamEvent => ({ type: "commit", endLsn });
const keepalive = (lsn: Lsn, replyWanted = false): StreamEvent => ({
  ...{ type: "keepalive", lsn, replyWanted },
});
const effect = (of: Effect): StreamEvent => ({ type: "effect", effect: of });
const customer = (recordId: string, deleted = false): StreamEvent =>
  effect({
    ...{ on: "record", tenantId: TENANT, kind: RecordKind.CUSTOMER },
    ...{ recordId, deleted },
  });
const touch = (customerId: string): StreamEvent =>
  effect({ on: "customer", tenantId: TENANT, customerId });

/** Gives its events at once, then only waits. */
class Script implements Changes {
  readonly confirmed: Lsn[] = [];
  answers = 0;
  readonly hurries: boolean[] = [];
  set hurry(hurry: boolean) {
    this.hurries.push(hurry);
  }
  constructor(private events: StreamEvent[][]) {}
  get pending(): boolean {
    return (this.events[0]?.length ?? 0) > 0;
  }
  next(waitMs: number): Promise<readonly StreamEvent[]> {
    const events = this.events.shift();
    if (events !== undefined) return Promise.resolve(events);
    return new Promise((resolve) =>
      setTimeout(() => resolve([]), Math.min(waitMs, 5)),
    );
  }
  wake = (): void => undefined;
  confirm = (lsn: Lsn): void => void this.confirmed.push(lsn);
  answer = (): void => {
    this.answers += 1;
  };
}

const lookups = (existing: readonly string[], carriers: string[][] = []) =>
  ({
    visible: async () => undefined,
    existing: async (touches) =>
      touches
        .filter(({ customerId }) => existing.includes(customerId))
        .map(({ customerId, ...rest }) => ({
          ...{ ...rest, kind: RecordKind.CUSTOMER, deleted: false },
          recordId: customerId,
        })),
    carriers: async function* () {
      yield* carriers;
    },
  }) satisfies Lookups;

async function pumped(
  chunks: StreamEvent[][],
  {
    reader = lookups([]) as Lookups,
    batchRows = 10,
    idleAdvanceMs = 100_000,
    forMs = 60,
  } = {},
) {
  const feed = new RecordingFeed();
  const stopping = new AbortController();
  const { signal } = stopping;
  const writer = new FeedWriter({
    ...{ feed, source: "ams", systemIdentifier: "7301/ams", signal },
    onTrouble: () => undefined,
  });
  await writer.open();
  await writer.beginSnapshot();
  await writer.finishSnapshot(100n);
  const stream = new Script(chunks);
  const wakeUps = new WakeUps({
    ...{ restMs: () => 1, enqueue: async () => undefined },
    onFailure: () => undefined,
  });
  const pump = new Pump({
    ...{ stream, writer, reader, wakeUps, signal, batchRows, idleAdvanceMs },
    metrics: new CaptureMetrics(),
  });
  setTimeout(() => stopping.abort(), forMs);
  await pump.run();
  const sent = feed.appends.map(({ lsn, changes }) => ({
    lsn,
    records: changes.map((one) => `${one.deleted ? "-" : "+"}${one.recordId}`),
  }));
  return { feed, stream, sent };
}

describe("a transaction that others cannot see yet", () => {
  it("is told to nobody, and nothing is looked up for it", async () => {
    const asked: (readonly number[])[] = [];
    const reader: Lookups = {
      ...lookups(["8"]),
      visible: (xids, signal) => {
        asked.push(xids);
        return new Promise((resolve) =>
          signal.addEventListener("abort", () => resolve()),
        );
      },
    };
    const { sent, stream } = await pumped(
      [[begin, customer("8", true), touch("8"), commit(300n)]],
      { reader },
    );
    expect(asked).toEqual([[7]]);
    expect(sent).toEqual([]);
    expect(stream.confirmed).toEqual([]);
  });

  it("is asked for once, and not at all where it holds nothing for us", async () => {
    const asked: (readonly number[])[] = [];
    const reader: Lookups = {
      ...lookups([]),
      visible: async (xids) => void asked.push(xids),
    };
    await pumped(
      [
        [begin, customer("1"), commit(300n)],
        [{ ...begin, xid: 8 } as StreamEvent, commit(400n)],
        [{ ...begin, xid: 9 } as StreamEvent, customer("1"), commit(500n)],
      ],
      { reader, idleAdvanceMs: 1 },
    );
    expect(asked).toEqual([[7, 9]]);
  });
});

describe("a keepalive", () => {
  it("in the midst of a transaction completes nothing", async () => {
    const { sent, stream } = await pumped([
      [begin, customer("1"), keepalive(900n, true), customer("2")],
    ]);
    expect(sent).toEqual([]);
    expect(stream.confirmed).toEqual([]);
    // It is answered all the same, with what is stored.
    expect(stream.answers).toBeGreaterThan(0);
  });

  it("with nothing in flight is stored and confirmed, when the server asks at once", async () => {
    const { sent, stream } = await pumped([[keepalive(900n, true)]]);
    expect(sent).toEqual([{ lsn: 900n, records: [] }]);
    expect(stream.confirmed).toEqual([900n]);
  });

  it("that nobody waits for is stored now and then only", async () => {
    const many = () => [300n, 400n, 500n].map((lsn) => [keepalive(lsn)]);
    expect((await pumped(many())).sent).toEqual([]);
    const soon = await pumped(many(), { idleAdvanceMs: 20 });
    expect(soon.sent).toEqual([{ lsn: 500n, records: [] }]);
  });

  it("rides with the changes before it, and old ones are no news", async () => {
    const { sent, stream } = await pumped([
      [keepalive(90n), begin, customer("1"), commit(200n), keepalive(250n)],
      [keepalive(250n, true)],
    ]);
    expect(sent).toEqual([{ lsn: 250n, records: ["+1"] }]);
    expect(stream.confirmed).toEqual([250n]);
  });
});

describe("a batch", () => {
  it("is confirmed once it is whole, with the end of its last transaction", async () => {
    const rows = Array.from({ length: 25 }, (_, i) => customer(String(i)));
    const { sent, stream } = await pumped([
      [begin, customer("77"), commit(200n), begin, ...rows, commit(300n)],
    ]);
    expect(sent.map(({ lsn, records }) => [lsn, records.length])).toEqual([
      [200n, 1],
      [0n, 10],
      [0n, 10],
      [300n, 5],
    ]);
    expect(stream.confirmed).toEqual([200n, 300n]);
  });

  it("that a transaction fills to the brim is one batch and not two", async () => {
    const rows = Array.from({ length: 10 }, (_, i) => customer(String(i)));
    const { sent } = await pumped([[begin, ...rows, commit(200n)]]);
    expect(sent.map(({ lsn, records }) => [lsn, records.length])).toEqual([
      [200n, 10],
    ]);
  });

  it("lets the stream come in pieces for as long as it is stored, and no longer", async () => {
    const { stream } = await pumped([[begin, customer("1"), commit(200n)]]);
    expect(stream.hurries).toEqual([false, true]);
  });

  it("gathers what came in while another one was stored", async () => {
    const one = (n: number) => [begin, customer(`${n}`), commit(BigInt(n))];
    const { sent } = await pumped(
      Array.from({ length: 60 }, (_, i) => one(200 + i)),
      { batchRows: 1_000 },
    );
    expect(sent).toHaveLength(1);
    expect(sent[0]?.records).toHaveLength(60);
  });

  it("brings no deleted customer back for the tags that went with it", async () => {
    const { sent } = await pumped(
      [[begin, customer("7", true), touch("7"), touch("8"), commit(200n)]],
      { reader: lookups(["8"]) },
    );
    expect(sent).toEqual([{ lsn: 200n, records: ["-7", "+8"] }]);
  });

  it("of a tag's customers stays within its limit", async () => {
    const page = (from: number) =>
      Array.from({ length: 9 }, (_, i) => String(from + i));
    const pages = [page(0), page(9), page(18)];
    const tag = effect({ on: "tag", tenantId: TENANT, tagId: "3" });
    const { sent } = await pumped([[begin, tag, commit(200n)]], {
      reader: lookups(pages.flat(), pages),
    });
    expect(sent.map(({ lsn, records }) => [lsn, records.length])).toEqual([
      [0n, 10],
      [0n, 10],
      [200n, 7],
    ]);
  });

  it("of a transaction that says nothing to us is only a position", async () => {
    const { sent } = await pumped([[begin, commit(200n)]], {
      idleAdvanceMs: 20,
    });
    expect(sent).toEqual([{ lsn: 200n, records: [] }]);
  });
});

it("a TRUNCATE ends it: what was committed before is stored, its own transaction is not", async () => {
  const feedUntil = pumped([
    [
      ...[begin, customer("1"), commit(200n)],
      ...[begin, customer("2")],
      { type: "truncate", tables: ["ams.customer"] },
      ...[customer("3"), commit(300n)],
    ],
  ]);
  await expect(feedUntil).rejects.toMatchObject({
    kind: "truncate",
    message: expect.stringMatching(/ams\.customer .*accept\.js truncate/),
  });
});
