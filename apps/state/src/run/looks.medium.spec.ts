import { randomUUID } from "node:crypto";
import type { Entry, Result } from "@ams-sync/contracts";
import { startPostgres, type Postgres } from "@ams-sync/testing";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { customers, markSent, Office, setAside } from "../testing/office.js";
import { StateUnderTest } from "../testing/state-under-test.js";
import { beginNow, withConflict } from "../testing/two-ways.js";

/** What waits for a late request, and what the journal keeps once. */

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
  await office.snapshot(customers(tenant, 1));
  account = await office.account(tenant);
});

const look = (entry: Entry): Result => {
  const { outcome, ...result } = setAside(entry, 1n);
  if (outcome?.$case !== "setAside") throw new Error("not set aside");
  return {
    ...result,
    outcome: { ...outcome, value: { ...outcome.value, look: true } },
  };
};
const only = async (run: Parameters<Office["slice"]>[0]): Promise<Entry> => {
  const [entry] = await office.slice(run);
  return entry!;
};
const pass = (interval: string) =>
  state.rows(
    `update state.inbox set sent_at = sent_at - $2::interval where account_id = $1`,
    [account.accountId, interval],
  );

it("looks use up no attempt, failures do", async () => {
  const run = await office.begin(account);
  await office.takeIn(run);
  await office.commit(run, [markSent(await only(run))]);
  for (let turn = 0; turn < 3; turn += 1)
    await office.commit(run, [look(await only(run))]);
  expect((await only(run)).attempts).toBe(0);
  await office.commit(run, [setAside(await only(run), 1n)]);
  expect((await only(run)).attempts).toBe(1);
});

it("says how long ago the last write was begun", async () => {
  const run = await office.begin(account);
  await office.takeIn(run);
  expect((await only(run)).sentMs).toBe(0n);
  await office.commit(run, [markSent(await only(run))]);
  await pass("10 minutes");
  expect(Number((await only(run)).sentMs)).toBeGreaterThanOrEqual(600_000);
  await office.commit(run, [markSent(await only(run))]);
  expect(Number((await only(run)).sentMs)).toBeLessThan(60_000);
});

it("keeps a value that lost once, however often a run tells of it", async () => {
  const run = await office.begin(account);
  await office.takeIn(run);
  const entry = await only(run);
  // At no entry's position: it stays, as before a write.
  const told = { ...withConflict(entry, "city"), position: 0n };
  await office.commit(run, [told]);
  await office.end(run);
  const again = await beginNow(office, account);
  await office.commit(again, [told]);
  const other = withConflict(entry, "city");
  await office.commit(again, [
    { ...other, conflicts: [{ ...other.conflicts[0]!, remote: "Bonn" }] },
  ]);
  const rows = await state.rows<{ remote_value: string | null }>(
    `select remote_value from state.conflict where account_id = $1 order by conflict_id`,
    [account.accountId],
  );
  expect(rows.map((row) => row.remote_value)).toEqual([null, "Bonn"]);
});
