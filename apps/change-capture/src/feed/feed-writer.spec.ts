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
    await feed.appendChanges({
      ...{ source: "ams", epoch: 1n, expectedLsn: 100n, lsn: 150n },
      ...{ changes: [], concerns: [] },
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
