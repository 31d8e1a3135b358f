import { RecordKind, SourceStatus, type Change } from "@ams-sync/contracts";
import { Status } from "nice-grpc-common";
import { describe, expect, it } from "vitest";
import type { CaptureError } from "../problem.js";
import { RecordingFeed } from "../testing/recording-feed.js";
import { FeedWriter } from "./feed-writer.js";

const change: Change = {
  tenantId: "0b5c1c3e-0000-4000-8000-00000000000a",
  kind: RecordKind.CUSTOMER,
  recordId: "1",
  deleted: false,
  committedAt: new Date("2026-03-29T01:30:00Z"),
  traceParent: "",
};

async function opened(feed = new RecordingFeed()) {
  const troubles: (string | undefined)[] = [];
  const stopping = new AbortController();
  const writer = new FeedWriter({
    feed,
    source: "ams",
    systemIdentifier: "7301/ams",
    signal: stopping.signal,
    onTrouble: (error) => troubles.push(error?.kind),
  });
  await writer.open();
  await writer.beginSnapshot();
  await writer.finishSnapshot(100n);
  troubles.length = 0;
  return { feed, writer, troubles, stopping };
}

describe("FeedWriter", () => {
  it("moves its position with every whole batch and not with parts", async () => {
    const { feed, writer } = await opened();
    await writer.append({ changes: [change], lsn: 0n });
    await writer.append({ changes: [change], lsn: 200n });
    await writer.append({ changes: [], lsn: 300n });
    expect(
      feed.appends.map(({ expectedLsn, lsn }) => [expectedLsn, lsn]),
    ).toEqual([
      [100n, 0n],
      [100n, 200n],
      [200n, 300n],
    ]);
    expect(writer.source).toMatchObject({
      lastLsn: 300n,
      epoch: 1n,
      status: SourceStatus.STREAMING,
    });
  });

  it("sends the next one ahead, stores in turn and answers in turn", async () => {
    const { feed, writer } = await opened();
    feed.slowness = 20;
    const answered: bigint[] = [];
    const append = async (lsn: bigint) => {
      await writer.append({ changes: [change], lsn });
      answered.push(lsn);
      expect(writer.source.lastLsn).toBe(lsn);
    };
    const begin = performance.now();
    await Promise.all([append(200n), append(300n), append(400n)]);
    expect(performance.now() - begin).toBeLessThan(50);
    expect(feed.appends.map(({ number, expectedLsn }) => [number, expectedLsn]))
      // prettier-ignore
      .toEqual([
        [1n, 100n],
        [2n, 200n],
        [3n, 300n],
      ]);
    expect(answered).toEqual([200n, 300n, 400n]);
  });

  it.each([
    ["of the first one is lost before it is carried out", 1, "before"],
    ["of the first one is lost with its answer", 1, "after"],
    ["of the one ahead is lost before it is carried out", 2, "before"],
    ["of the one ahead is lost with its answer", 2, "after"],
  ] as const)(
    "stores each part once where the call %s",
    async (_, nth, lost) => {
      const { feed, writer, troubles } = await opened();
      let calls = 0;
      feed.fault = () => ((calls += 1) === nth ? lost : undefined);
      await Promise.all(
        ["1", "2", "3"].map((recordId, index) =>
          writer.append({
            changes: [{ ...change, recordId }],
            lsn: index === 2 ? 200n : 0n,
          }),
        ),
      );
      const stored = feed.appends.flatMap(({ changes }) =>
        changes.map(({ recordId }) => recordId),
      );
      expect(stored).toEqual(["1", "2", "3"]);
      expect(writer.source.lastLsn).toBe(200n);
      // What happens to one that is sent ahead is nobody's trouble.
      expect(troubles.filter((one) => one !== undefined)).toHaveLength(
        nth === 1 ? 1 : 0,
      );
    },
  );

  it("stores nothing after one that failed, until it opens anew", async () => {
    const { feed, writer } = await opened();
    feed.fault = () => "before";
    feed.faultCode = Status.ABORTED;
    const first = writer.append({ changes: [change], lsn: 200n });
    const second = writer.append({ changes: [change], lsn: 300n });
    await expect(first).rejects.toMatchObject({ kind: "moved" });
    await expect(second).rejects.toMatchObject({ kind: "moved" });
    feed.fault = () => undefined;
    await expect(
      writer.append({ changes: [change], lsn: 400n }),
    ).rejects.toMatchObject({ kind: "moved" });
    expect(feed.appends).toEqual([]);
    await writer.open();
    await writer.append({ changes: [change], lsn: 400n });
    expect(feed.source?.lastLsn).toBe(400n);
  });

  it("repeats until state is back, and says so at both ends", async () => {
    const { feed, writer, troubles } = await opened();
    let failures = 3;
    feed.fault = () => (failures-- > 0 ? "before" : undefined);
    await writer.append({ changes: [change], lsn: 200n });
    expect(feed.appends).toHaveLength(1);
    expect(troubles).toEqual([
      "state-unreachable",
      "state-unreachable",
      "state-unreachable",
      undefined,
    ]);
  });

  it("stores once when only the answer was lost", async () => {
    const { feed, writer } = await opened();
    let failures = 1;
    feed.fault = () => (failures-- > 0 ? "after" : undefined);
    feed.faultCode = Status.DEADLINE_EXCEEDED;
    await writer.append({ changes: [change], lsn: 200n });
    expect(feed.appends).toHaveLength(1);
    expect(writer.source.lastLsn).toBe(200n);
  });

  it("does not repeat what another writer overtook", async () => {
    const { feed, writer } = await opened();
    await feed.openSource({
      ...{ name: "ams", systemIdentifier: "7301/ams", writer: "rival" },
    });
    await expect(
      writer.append({ changes: [change], lsn: 200n }),
    ).rejects.toMatchObject({ kind: "moved" });
    await writer.open();
    await writer.append({ changes: [change], lsn: 200n });
    expect(feed.source?.lastLsn).toBe(200n);
  });

  it("refuses another database with both names in the sentence, at once", async () => {
    const { feed } = await opened();
    const other = new FeedWriter({
      feed,
      source: "ams",
      systemIdentifier: "9999/ams",
      signal: new AbortController().signal,
      onTrouble: () => undefined,
    });
    const error = await other.open().then(
      () => undefined,
      (thrown: CaptureError) => thrown,
    );
    expect(error?.kind).toBe("other-database");
    expect(error?.message).toContain("7301/ams");
    expect(error?.message).toContain("AMS_SOURCE");
  });

  it.each([
    [Status.UNAUTHENTICATED, "SERVICE_KEY_FILE"],
    [Status.PERMISSION_DENIED, "SERVICE_KEY_FILE"],
    [Status.INVALID_ARGUMENT, "same version"],
    [Status.UNIMPLEMENTED, "same version"],
  ])("waits for a refusal with status %i to be mended", async (code, hint) => {
    const { feed, writer, stopping } = await opened();
    feed.fault = () => "before";
    feed.faultCode = code;
    const append = writer.append({ changes: [change], lsn: 200n });
    setTimeout(() => stopping.abort(), 50);
    await expect(append).rejects.toThrow();
    const error = await writer
      .append({ changes: [change], lsn: 200n })
      .catch((thrown: CaptureError) => thrown);
    expect(error).toMatchObject({ kind: "state-refused" });
    expect(error instanceof Error && error.message).toContain(hint);
    expect(feed.appends).toEqual([]);
  });

  it("does not repeat what holds a tenant of another ams database", async () => {
    const { feed, writer } = await opened();
    feed.fault = () => "before";
    feed.faultCode = Status.ALREADY_EXISTS;
    const append = writer.append({ changes: [change], lsn: 200n });
    await expect(append).rejects.toMatchObject({ kind: "tenant-elsewhere" });
    await expect(append).rejects.toThrow(/away.*pg_drop_replication_slot/);
  });

  it("gives up a reading when state is away for too long", async () => {
    const { feed, writer } = await opened();
    feed.fault = () => "before";
    await expect(
      writer.append({ changes: [change], lsn: 0n }, 120),
    ).rejects.toMatchObject({ kind: "state-unreachable" });
  });
});
