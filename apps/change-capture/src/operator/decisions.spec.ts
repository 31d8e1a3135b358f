import { changesToWire, RecordKind, SourceStatus } from "@ams-sync/contracts";
import { describe, expect, it } from "vitest";
import { RecordingFeed } from "../testing/recording-feed.js";
import { carryOut, parseDecision } from "./decisions.js";

const place = (feed: RecordingFeed) => ({
  feed,
  source: "ams",
  systemIdentifier: "7301/ams",
});

async function streaming(): Promise<RecordingFeed> {
  const feed = new RecordingFeed();
  await feed.openSource({
    ...{ name: "ams", systemIdentifier: "7301/ams", writer: "spec" },
  });
  await feed.beginSnapshot({ name: "ams", expectedEpoch: 0n });
  await feed.appendChanges({
    ...{ source: "ams", writer: "spec", number: 1n, epoch: 1n },
    ...{ expectedLsn: 0n, lsn: 0n, concerns: [] },
    changes: changesToWire(
      Array.from({ length: 30 }, (_, i) => ({
        tenantId: "0b5c1c3e-0000-4000-8000-00000000000a",
        kind: RecordKind.CUSTOMER,
        recordId: String(i),
        deleted: false,
        committedAt: new Date(0),
        traceParent: "",
      })),
    ),
  });
  await feed.finishSnapshot({ source: "ams", epoch: 1n, lsn: 100n });
  return feed;
}

it.each([
  [["status"], { decision: "status" }],
  [["truncate"], { decision: "truncate" }],
  [["absent", "12"], { decision: "absent", epoch: 12n }],
  [["absent"], undefined],
  [["absent", "zwölf"], undefined],
  [["absent", "-1"], undefined],
  [["truncate", "now"], undefined],
  [["absent", "1", "2"], undefined],
  [["drop"], undefined],
  [[], undefined],
])("reads %j", (args, decision) => {
  expect(parseDecision(args)).toEqual(decision);
});

describe("accept truncate", () => {
  it("lets a stopped source be read again", async () => {
    const feed = await streaming();
    await feed.stopSource({
      ...{ name: "ams", epoch: 1n, code: "truncate" },
      message: "ams.customer was emptied",
    });
    const status = await carryOut({ decision: "status" }, place(feed));
    expect(status.text).toContain("stopped in epoch 1");
    expect(status.text).toContain("ams.customer was emptied");
    const answer = await carryOut({ decision: "truncate" }, place(feed));
    expect(answer.done).toBe(true);
    expect(feed.source).toMatchObject({
      status: SourceStatus.SNAPSHOT,
      epoch: 2n,
    });
  });

  it("does nothing where nothing is stopped", async () => {
    const feed = await streaming();
    const answer = await carryOut({ decision: "truncate" }, place(feed));
    expect(answer.done).toBe(false);
    expect(feed.source).toMatchObject({
      status: SourceStatus.STREAMING,
      epoch: 1n,
    });
  });
});

describe("accept absent", () => {
  it("buries what the guard held, for the epoch that was looked at only", async () => {
    const feed = await streaming();
    await feed.beginSnapshot({ name: "ams", expectedEpoch: 1n });
    const held = await feed.finishSnapshot({
      ...{ source: "ams", epoch: 2n, lsn: 200n },
    });
    expect(held.held).toBe(30n);
    const old = await carryOut({ decision: "absent", epoch: 1n }, place(feed));
    expect(old.done).toBe(false);
    expect(feed.live("CUSTOMER")).toHaveLength(30);
    const answer = await carryOut(
      { decision: "absent", epoch: 2n },
      place(feed),
    );
    expect(answer).toMatchObject({ done: true });
    expect(answer.text).toContain("30 records");
    expect(feed.live("CUSTOMER")).toHaveLength(0);
  });
});
