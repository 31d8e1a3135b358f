import { randomUUID } from "node:crypto";
import { Side, StreamKind, System, type RunRef } from "@ams-sync/contracts";
import { startPostgres, type Postgres } from "@ams-sync/testing";
import { Status } from "nice-grpc-common";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import {
  codeOf,
  customers,
  Office,
  setAside,
  unlinked,
  untouched,
} from "../testing/office.js";
import { StateUnderTest } from "../testing/state-under-test.js";
import { left } from "../testing/two-ways.js";

let postgres: Postgres;
let state: StateUnderTest;
let office: Office;
let account: { tenantId: string; accountId: string };

beforeAll(async () => {
  postgres = await startPostgres();
  state = await StateUnderTest.on(postgres);
});
afterAll(async () => {
  await state.stop();
  await postgres.stop();
});
beforeEach(async () => {
  office = new Office(state, `ams-${randomUUID()}`);
  const tenant = randomUUID();
  await office.snapshot(customers(tenant, 2));
  account = await office.account(tenant);
});

interface Announced {
  readonly itemId: string;
  readonly itemVersion?: string;
  readonly gone?: boolean;
}
const takeInRemote = async (
  run: RunRef,
  changes: readonly Announced[],
  token = "",
) => {
  const { taken } = await office.runs.takeInRemote({
    run,
    stream: StreamKind.CONTACTS,
    changes: changes.map((change) => ({ gone: false, ...change })),
    token,
  });
  return Number(taken);
};
const pollNow = () =>
  state.rows(
    `with s as (update state.schedule set due_at = now() where account_id = $1)
     update state.stream set remote_due_at = now() where account_id = $1`,
    [account.accountId],
  );
const begun = async () => {
  const { runId, streams } = await office.runs.beginRun({
    account,
    system: System.CLOUD,
    worker: "",
  });
  return { run: { account, runId }, stream: streams[0]! };
};
const nextPoll = async () => {
  const [row] = await state.rows<{ seconds: number }>(
    `select round(extract(epoch from remote_due_at - now()))::int as seconds from state.stream where account_id = $1`,
    [account.accountId],
  );
  return row?.seconds;
};

it("stores announcements with the token of their last page", async () => {
  const { run } = await begun();
  expect(await takeInRemote(run, [{ itemId: "a", itemVersion: "1" }])).toBe(1);
  expect(await takeInRemote(run, [{ itemId: "b", gone: true }], "t-1")).toBe(1);
  const entries = await office.slice(run);
  expect(
    entries.map(({ side, itemId, itemVersion, gone, recordId }) => ({
      side,
      itemId,
      itemVersion,
      gone,
      recordId,
    })),
  ).toEqual([
    {
      side: Side.REMOTE,
      itemId: "a",
      itemVersion: "1",
      gone: false,
      recordId: "",
    },
    {
      side: Side.REMOTE,
      itemId: "b",
      itemVersion: undefined,
      gone: true,
      recordId: "",
    },
  ]);
  await office.commit(run, entries.map(untouched));
  await office.end(run);
  await pollNow();
  expect((await begun()).stream).toMatchObject({
    remoteToken: "t-1",
    remoteDue: true,
  });
});

it("lets the last announcement of an item count", async () => {
  const { run } = await begun();
  await takeInRemote(run, [
    { itemId: "a", itemVersion: "1" },
    { itemId: "b", itemVersion: "1" },
    { itemId: "a", gone: true },
  ]);
  const [first] = await office.slice(run);
  await takeInRemote(run, [{ itemId: "a", itemVersion: "3" }]);
  const entries = await office.slice(run);
  expect(entries.map(({ itemId, gone }) => [itemId, gone])).toEqual([
    ["a", false],
    ["b", false],
  ]);
  // Read before it was announced again: stays.
  await office.commit(run, [untouched(first!)]);
  expect(await office.slice(run)).toHaveLength(2);
});

it("does not take the echo of a write in, and finishes what waits for it", async () => {
  await office.run(account);
  await pollNow();
  const { run } = await begun();
  const link = "/dav/ams/1.vcf";
  expect(
    await takeInRemote(run, [
      { itemId: link, itemVersion: '"2"' },
      { itemId: "foreign", itemVersion: '"1"' },
    ]),
  ).toBe(2);
  expect(await takeInRemote(run, [{ itemId: link, itemVersion: '"1"' }])).toBe(
    0,
  );
  const entries = await office.slice(run);
  expect(entries.map(({ itemId }) => itemId)).toEqual(["foreign"]);
  expect(
    await takeInRemote(run, [{ itemId: link, itemVersion: '"1"', gone: true }]),
  ).toBe(1);
});

it("shows the record and the link of an item, and forgets that link", async () => {
  await office.run(account);
  await pollNow();
  const { run } = await begun();
  await takeInRemote(run, [{ itemId: "/dav/ams/2.vcf", gone: true }]);
  const [entry] = await office.slice(run);
  expect(entry).toMatchObject({
    recordId: "2",
    link: { recordId: "2", itemVersion: '"1"' },
  });
  expect(JSON.parse(entry?.link?.fields ?? "")).toEqual({
    lastName: "Müller-Lüdenscheidt",
    city: "Köln",
  });
  await office.commit(run, [unlinked(entry!)]);
  const links = await state.rows<{ record_id: string }>(
    `select record_id from state.link where account_id = $1`,
    [account.accountId],
  );
  expect(links).toEqual([{ record_id: "1" }]);
});

it("makes a set-aside announcement pending when the item changes again", async () => {
  const { run } = await begun();
  await takeInRemote(run, [{ itemId: "a", itemVersion: "1" }]);
  const [entry] = await office.slice(run);
  await office.commit(run, [setAside(entry!)]);
  expect(await office.slice(run)).toEqual([]);
  await takeInRemote(run, [{ itemId: "a", itemVersion: "2" }]);
  expect((await office.slice(run)).map(({ attempts }) => attempts)).toEqual([
    0,
  ]);
});

it("leaves a set-aside announcement alone that is listed again as it was", async () => {
  const { run } = await begun();
  const items = [{ itemId: "a", itemVersion: "1" }, { itemId: "b" }];
  await takeInRemote(run, items);
  await office.commit(
    run,
    (await office.slice(run)).map((entry) => setAside(entry)),
  );
  // Whether an item without a version has changed nobody knows.
  expect(await takeInRemote(run, items)).toBe(1);
  expect((await office.slice(run)).map(({ itemId }) => itemId)).toEqual(["b"]);
  await office.accounts.resetStream({ account, stream: StreamKind.CONTACTS });
  expect(await takeInRemote(run, items)).toBe(2);
});

it("announces what a user has settled once for each version", async () => {
  const { run } = await begun();
  await takeInRemote(run, [{ itemId: "a", itemVersion: "1" }]);
  const [entry] = await office.slice(run);
  await office.commit(run, [left(entry!)]);
  await state.rows(
    `update state.unlinked_item set settled = true where account_id = $1`,
    [account.accountId],
  );
  const changed = [{ itemId: "a", itemVersion: "2" }];
  expect(await takeInRemote(run, changed)).toBe(1);
  await office.commit(run, (await office.slice(run)).map(untouched));
  expect(await takeInRemote(run, changed)).toBe(0);
});

it("takes the pages of a list that was broken off, though no poll is due", async () => {
  const pages = [
    ["t-1", true],
    ["t-2", true],
    ["t-3", false],
  ] as const;
  for (const [token, more] of pages) {
    const { run, stream } = await begun();
    expect(stream).toMatchObject({ remoteDue: true, listing: true });
    await office.runs.takeInRemote({
      ...{ run, stream: StreamKind.CONTACTS, changes: [], token, more },
      anew: token === "t-1",
    });
    await office.takeIn(run);
    await office.commit(run, (await office.slice(run)).map(untouched));
    await office.end(run);
    await state.rows(
      `update state.schedule set due_at = now() where account_id = $1`,
      [account.accountId],
    );
  }
  expect((await begun()).stream).toMatchObject({
    remoteToken: "t-3",
    remoteDue: false,
    listing: false,
  });
});

it("drops the token of a poll that a reset overtook", async () => {
  const { run } = await begun();
  await takeInRemote(run, [], "before");
  await office.accounts.resetStream({ account, stream: StreamKind.CONTACTS });
  await takeInRemote(run, [], "of-a-poll-from-before");
  await office.end(run);
  await pollNow();
  expect((await begun()).stream).toMatchObject({
    remoteToken: "",
    remoteDue: true,
    full: true,
  });
});

it("asks less and less often where nothing happens, and soon again where something did", async () => {
  const waits: (number | undefined)[] = [];
  for (const found of [0, 0, 0, 0, 0, 0, 0, 1, 0]) {
    await pollNow();
    const { run } = await begun();
    await takeInRemote(
      run,
      found === 0 ? [] : [{ itemId: "a", itemVersion: randomUUID() }],
    );
    await office.takeIn(run);
    await office.commit(run, (await office.slice(run)).map(untouched));
    await office.end(run);
    waits.push(await nextPoll());
  }
  const expected = [120, 180, 270, 405, 607, 900, 900, 120, 180];
  for (const [index, seconds] of expected.entries())
    expect(waits[index]).toBeCloseTo(seconds, -1);
});

it("leaves a stream due that the run did not come to", async () => {
  const { run } = await begun();
  await office.runs.takeIn({ run, stream: StreamKind.CONTACTS, kinds: [] });
  await office.end(run);
  expect(await nextPoll()).toBeLessThanOrEqual(0);
});

it("refuses nonsense and unknown streams", async () => {
  const { run } = await begun();
  expect(await codeOf(takeInRemote(run, [{ itemId: "" }]))).toBe(
    Status.INVALID_ARGUMENT,
  );
  const appointments = office.runs.takeInRemote({
    run,
    stream: StreamKind.APPOINTMENTS,
    changes: [],
    token: "t",
  });
  expect(await codeOf(appointments)).toBe(Status.NOT_FOUND);
});

it.each([
  ["nothing but what was deleted lately", true, null],
  ["something", false, "wanted"],
] as const)(
  "a first connection to a place with %s",
  async (_what, gone, preview) => {
    const { tenantId } = account;
    const first = await office.account(tenantId, {
      ...{ userId: "8", preview: true },
    });
    const run = await office.begin(first);
    await takeInRemote(run, [{ itemId: "/dav/x.vcf", gone }], "t1");
    expect(
      await state.rows(
        "select preview from state.stream where account_id = $1",
        [first.accountId],
      ),
    ).toEqual([{ preview }]);
  },
);
