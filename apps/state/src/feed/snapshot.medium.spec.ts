import { randomUUID } from "node:crypto";
import { startPostgres, type Postgres } from "@ams-sync/testing";
import { Status } from "nice-grpc-common";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { codeOf, customer, customers, Office } from "../testing/office.js";
import { StateUnderTest } from "../testing/state-under-test.js";
import { beginNow, removed, statusOf, work } from "../testing/two-ways.js";

let postgres: Postgres;
let state: StateUnderTest;
let office: Office;
let tenant: string;

beforeAll(async () => {
  postgres = await startPostgres();
  state = await StateUnderTest.on(postgres);
});
afterAll(async () => {
  await state.stop();
  await postgres.stop();
});
beforeEach(() => {
  office = new Office(state, `ams-${randomUUID()}`);
  tenant = randomUUID();
});

const figures = async (of = tenant) => {
  const [row] = await state.rows<Record<string, number>>(
    `select count(*) filter (where not deleted)::int as live, count(*) filter (where deleted)::int as deleted,
       count(*) filter (where held)::int as held from state.feed where tenant_id = $1`,
    [of],
  );
  return row;
};
const approve = (epoch = office.epoch) =>
  office.feed.approveAbsent({ source: office.source, epoch });

it("turns a few rows that a new snapshot lacks into tombstones, and wakes", async () => {
  await office.snapshot(customers(tenant, 12));
  const account = await office.account(tenant);
  await office.run(account);
  const finished = await office.snapshot(customers(tenant, 2));
  expect(finished).toMatchObject({ tombstones: 10n, held: 0n });
  expect(finished.wakeUps.map((wakeUp) => wakeUp.account)).toEqual([account]);
  const { worked } = await office.run(account);
  const gone = worked.filter((entry) => entry.gone);
  expect(gone).toHaveLength(10);
  expect(gone.every((entry) => entry.link !== undefined)).toBe(true);
});

it("holds many back, per tenant, and lets nobody delete for them", async () => {
  const small = randomUUID();
  await office.snapshot([...customers(tenant, 100), ...customers(small, 100)]);
  const account = await office.account(tenant);
  await office.run(account);
  const finished = await office.snapshot([
    ...customers(tenant, 89),
    ...customers(small, 95),
  ]);
  expect(finished).toMatchObject({ tombstones: 5n, held: 11n });
  expect(await figures()).toEqual({ live: 100, deleted: 0, held: 11 });
  expect(await figures(small)).toEqual({ live: 95, deleted: 5, held: 0 });
  const { worked } = await office.run(account);
  // The new epoch announces what its snapshot confirmed, and nothing of what it lacks.
  expect(
    worked.map((entry) => Number(entry.recordId)).toSorted((a, b) => a - b),
  ).toEqual(customers(tenant, 89).map(({ recordId }) => Number(recordId)));
});

it("buries held rows once somebody approves this very look", async () => {
  await office.snapshot(customers(tenant, 20));
  const account = await office.account(tenant);
  await office.run(account);
  await office.snapshot(customers(tenant, 5));
  await office.run(account);
  expect(await codeOf(approve(office.epoch - 1n))).toBe(Status.ABORTED);
  expect(await figures()).toEqual({ live: 20, deleted: 0, held: 15 });
  const approved = await approve();
  expect(approved.tombstones).toBe(15n);
  expect(approved.wakeUps.map((wakeUp) => wakeUp.account)).toEqual([account]);
  expect(await figures()).toEqual({ live: 5, deleted: 15, held: 0 });
  const { worked } = await office.run(account);
  expect(worked.filter((entry) => entry.gone)).toHaveLength(15);
  expect((await approve()).tombstones).toBe(0n);
});

it("asks once: what was approved here is released to every account, and counts no more", async () => {
  await office.snapshot(customers(tenant, 40));
  const account = await office.account(tenant);
  await office.run(account);
  await office.snapshot(customers(tenant, 10));
  await office.run(account);
  await approve();
  const run = await beginNow(office, account);
  await office.takeIn(run);
  const { entries } = await work(office, run);
  expect(entries).toHaveLength(30);
  expect(entries.every(({ released }) => released)).toBe(true);
  await office.commit(run, entries.map(removed));
  expect((await statusOf(office, account)).held).toBe(0n);
  await office.append(
    customers(tenant, 10).map((change) => ({ ...change, deleted: true })),
  );
  await office.takeIn(run);
  expect((await work(office, run)).free).toBe(10);
});

it("asks again where such a record came back and is deleted with many others", async () => {
  await office.snapshot(customers(tenant, 40));
  const account = await office.account(tenant);
  await office.run(account);
  await office.snapshot(customers(tenant, 10));
  await approve();
  await office.append([customer(tenant, 40)]);
  await office.append([customer(tenant, 40, { deleted: true })]);
  const run = await beginNow(office, account);
  await office.takeIn(run);
  const { entries } = await work(office, run);
  const asked = entries.filter(({ gone, released }) => gone && !released);
  expect(asked.map(({ recordId }) => recordId)).toEqual(["40"]);
});

it("frees a held row that turns up again", async () => {
  await office.snapshot(customers(tenant, 20));
  await office.snapshot(customers(tenant, 5));
  await office.append([customer(tenant, 20)]);
  expect(await figures()).toMatchObject({ live: 20, held: 14 });
  await office.snapshot(customers(tenant, 20));
  expect(await figures()).toEqual({ live: 20, deleted: 0, held: 0 });
});

it("cannot be approved while a newer snapshot is under way", async () => {
  await office.snapshot(customers(tenant, 20));
  await office.snapshot(customers(tenant, 5));
  await office.beginSnapshot();
  expect(await codeOf(approve())).toBe(Status.FAILED_PRECONDITION);
});

it("is finished once: a repeat after a lost answer buries nothing", async () => {
  await office.snapshot(customers(tenant, 8));
  await office.snapshot(customers(tenant, 4));
  const again = await office.finishSnapshot();
  expect(again).toMatchObject({ tombstones: 0n, held: 0n });
  expect(await figures()).toEqual({ live: 4, deleted: 4, held: 0 });
});

it("takes half a snapshot in and goes on from there", async () => {
  const account = await office.account(tenant);
  await office.beginSnapshot();
  await office.append(customers(tenant, 3), { part: true });
  expect((await office.run(account)).worked).toHaveLength(3);
  await office.append(customers(tenant, 3, 4), { part: true });
  expect((await office.run(account)).worked).toHaveLength(3);
  await office.finishSnapshot();
  expect(await office.run(account).catch(String)).toContain("PARKED");
});

it("announces everything again after a new epoch, tombstones only where something was sent", async () => {
  await office.snapshot(customers(tenant, 3));
  const account = await office.account(tenant);
  await office.run(account);
  await office.append([customer(tenant, 1, { deleted: true })]);
  await office.append([customer(tenant, 77)]);
  await office.append([customer(tenant, 77, { deleted: true })]);
  await office.snapshot([customer(tenant, 2), customer(tenant, 3)]);
  const { worked } = await office.run(account);
  expect(
    worked
      .map(({ recordId, gone }) => `${recordId}${gone ? " gone" : ""}`)
      .toSorted(),
  ).toEqual(["1 gone", "2", "3"]);
});
