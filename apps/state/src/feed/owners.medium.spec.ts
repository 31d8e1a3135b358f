import { randomUUID } from "node:crypto";
import { StreamKind, System } from "@ams-sync/contracts";
import { startPostgres, type Postgres } from "@ams-sync/testing";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { customers, Office } from "../testing/office.js";
import { StateUnderTest } from "../testing/state-under-test.js";

let postgres: Postgres;
let state: StateUnderTest;
let office: Office;
let tenant: string;
type Account = Awaited<ReturnType<Office["account"]>>;
const { CONTACTS, APPOINTMENTS } = StreamKind;
const streams = [CONTACTS, APPOINTMENTS];

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
  await office.snapshot(customers(tenant, 1));
});

/** Everything is taken in, and nothing is due. */
const settle = async (account: Account) => {
  const run = await office.begin(account);
  for (const stream of streams) await office.takeIn(run, stream);
  await office.end(run);
  await state.rows(
    `update state.schedule set due_at = now() + interval '1 hour' where account_id = $1`,
    [account.accountId],
  );
};
const concern = async (userId: string) => {
  const { wakeUps } = await office.append([], {
    concerns: [{ tenantId: tenant, userId }],
  });
  return wakeUps.map(({ account }) => account);
};
const fullOf = async (account: Account) => {
  const begun = await office.runs.beginRun({
    ...{ account, system: System.CLOUD, worker: "spec" },
  });
  return begun.streams.flatMap(({ kind, full }) => (full ? [kind] : []));
};

it("what becomes of a colleague is heard by whoever sends that one's appointments, and of those alone (R15)", async () => {
  const sender = await office.account(tenant, {
    ...{ userId: "3", streams, ownerIds: ["8", "9"] },
  });
  const other = await office.account(tenant, { userId: "4", streams });
  for (const account of [sender, other]) await settle(account);
  expect(await concern("7")).toEqual([]);
  expect(await concern("9")).toEqual([sender]);
  expect(await fullOf(sender)).toEqual([APPOINTMENTS]);
});

it("and not by who has chosen others since", async () => {
  const sender = await office.account(tenant, {
    ...{ userId: "3", streams, ownerIds: ["8"] },
  });
  await office.account(tenant, {
    ...{ ...sender, userId: "3", streams, ownerIds: ["9"] },
    settingsVersion: 2n,
  });
  await settle(sender);
  expect(await concern("8")).toEqual([]);
  expect(await concern("9")).toEqual([sender]);
});
