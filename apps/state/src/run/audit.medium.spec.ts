import { randomUUID } from "node:crypto";
import { startPostgres, type Postgres } from "@ams-sync/testing";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { customers, Office } from "../testing/office.js";
import { StateUnderTest } from "../testing/state-under-test.js";
import {
  announce,
  beginNow,
  left,
  streamOf,
  work,
} from "../testing/two-ways.js";

/** Once a day everything is looked over. */

type Account = Awaited<ReturnType<Office["account"]>>;

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
beforeEach(async () => {
  office = new Office(state, `ams-${randomUUID()}`);
  tenant = randomUUID();
  await office.snapshot(customers(tenant, 3));
});

const connect = async (): Promise<Account> => {
  const account = await office.account(tenant);
  await office.run(account);
  return account;
};

/** As if the last full intake had been so long ago. */
const since = (account: Account, ago: string) =>
  state.rows(
    `update state.stream set full_at = now() - $2::interval where account_id = $1`,
    [account.accountId, ago],
  );

/** How many records the next run takes in. */
const taken = async (account: Account): Promise<number> => {
  const run = await beginNow(office, account);
  const count = await office.takeIn(run);
  await office.end(run);
  return count;
};

it("takes everything in again after a day, once", async () => {
  const account = await connect();
  expect(await taken(account)).toBe(0);
  await since(account, "24 hours");
  expect(await taken(account)).toBe(3);
  expect(await taken(account)).toBe(0);
});

it("says so to the run", async () => {
  const account = await connect();
  await since(account, "24 hours");
  const { stream } = await streamOf(office, account);
  expect(stream.full).toBe(true);
});

it("still owes it when the run that was to do it took nothing in", async () => {
  const account = await connect();
  await since(account, "24 hours");
  await office.end(await beginNow(office, account));
  expect(await taken(account)).toBe(3);
});

it("waits where everything was taken in not long ago", async () => {
  const account = await connect();
  await since(account, "11 hours 59 minutes");
  expect(await taken(account)).toBe(0);
});

it("has a moment of the day of its own for each account", async () => {
  const counts: number[] = [];
  for (let index = 0; index < 30; index += 1) {
    const account = await connect();
    await since(account, "18 hours");
    counts.push(await taken(account));
  }
  expect(counts.filter((count) => count === 3).length).toBeGreaterThan(10);
  expect(counts).toContain(0);
});

it("has what was left looked at again", async () => {
  const account = await connect();
  const run = await beginNow(office, account);
  await announce(office, run, [{ itemId: "a", itemVersion: "1" }]);
  const { entries } = await work(office, run);
  await office.commit(
    run,
    entries.map((entry) => left(entry)),
  );
  await office.end(run);
  await since(account, "24 hours");
  const later = await beginNow(office, account);
  await office.takeIn(later);
  const again = (await work(office, later)).entries;
  expect(again.map(({ itemId }) => itemId)).toContain("a");
});
