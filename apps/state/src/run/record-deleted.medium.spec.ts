import { randomUUID } from "node:crypto";
import { StreamKind, type RunRef } from "@ams-sync/contracts";
import { startPostgres, type Postgres } from "@ams-sync/testing";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { customers, linked, Office } from "../testing/office.js";
import { StateUnderTest } from "../testing/state-under-test.js";
import { announce, beginNow, work } from "../testing/two-ways.js";

/** Items whose records were deleted in ams, and which outlive them. */

let postgres: Postgres;
let state: StateUnderTest;
let office: Office;
let account: { tenantId: string; accountId: string };
let run: RunRef;

const stream = StreamKind.CONTACTS;

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
  await office.snapshot(customers(tenant, 1));
  account = await office.account(tenant);
  run = await office.begin(account);
  await office.takeIn(run);
  const { entries } = await work(office, run);
  await office.commit(run, [
    linked(entries[0]!, { itemId: "a", itemVersion: "1" }),
  ]);
  await office.append(
    customers(tenant, 1).map((change) => ({ ...change, deleted: true })),
  );
  await office.takeIn(run);
  // The server has announced the item, too: both entries tell the same.
  await announce(office, run, [{ itemId: "a", itemVersion: "2" }]);
  const left = { reason: "record-deleted", keys: ["k1"], candidates: [] };
  await office.commit(
    run,
    (await work(office, run)).entries.map(({ entryId, position }) => ({
      ...{ entryId, position, conflicts: [] },
      ...{ destructive: false, unasked: false },
      outcome: {
        $case: "unlinked",
        value: { left: { ...left, itemVersion: "2" }, itemId: "a" },
      },
    })),
  );
});

const found = async () =>
  (await office.runs.findItems({ run, stream, keys: ["k1"] })).found.map(
    ({ itemIds }) => itemIds,
  );
const listed = async () => {
  const { items } = await office.accounts.listLeft({
    ...{ account, stream, limit: 0, after: "" },
  });
  return items.map(({ itemId, reason }) => [itemId, reason]);
};

it("an item is remembered with its link's end, and found by a record that comes back", async () => {
  expect(await listed()).toEqual([["a", "record-deleted"]]);
  expect(await found()).toEqual([["a"]]);
  expect((await work(office, run)).entries).toEqual([]);
});

it("an item is to be left, whatever becomes of it, and also after a reset", async () => {
  expect(await announce(office, run, [{ itemId: "a", itemVersion: "2" }])).toBe(
    0,
  );
  await announce(office, run, [{ itemId: "a", itemVersion: "3" }]);
  const { entries } = await work(office, run);
  expect(entries.map(({ decision }) => decision?.answer?.$case)).toEqual([
    "leave",
  ]);
  await office.end(run);
  await office.accounts.resetStream({ account, stream });
  expect(await listed()).toEqual([["a", "record-deleted"]]);
  run = await beginNow(office, account);
  expect(await found()).toEqual([["a"]]);
});

it("unless its user wants a record made of it", async () => {
  await office.accounts.decideItem({
    ...{ account, stream, itemId: "a" },
    decision: { answer: { $case: "create", value: {} } },
  });
  const { entries } = await work(office, run);
  expect(entries.map(({ decision }) => decision?.answer?.$case)).toEqual([
    "create",
  ]);
});
