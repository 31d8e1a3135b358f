import { randomUUID } from "node:crypto";
import { withTenant } from "@ams-sync/platform";
import { startPostgres, type Postgres } from "@ams-sync/testing";
import type { EntityManager } from "typeorm";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import {
  customer,
  customers,
  markSent,
  Office,
  setAside,
} from "../testing/office.js";
import { StateUnderTest } from "../testing/state-under-test.js";
import { announce, work } from "../testing/two-ways.js";
import { SliceRepository } from "./slice.repository.js";

let postgres: Postgres;
let state: StateUnderTest;
let office: Office;
let tenant: string;
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
  tenant = randomUUID();
  account = await office.account(tenant);
});

it("begins with what is new, however much that failed before is due", async () => {
  await office.snapshot(customers(tenant, 4));
  const run = await office.begin(account);
  await office.takeIn(run);
  const failed = await office.slice(run);
  await office.commit(
    run,
    failed.map((entry) => setAside(entry, 1n)),
  );
  await office.append([customer(tenant, 9), customer(tenant, 2)]);
  await office.takeIn(run);
  const order = async (limit: number) =>
    (await office.slice(run, { limit })).map(({ recordId }) => recordId);
  expect(await order(3)).toEqual(["2", "9", "1"]);
  expect(await order(100)).toEqual(["2", "9", "1", "3", "4"]);
  expect(await order(1)).toEqual(["2"]);
});

it("begins with what the other system announced, of what is new and of what failed", async () => {
  await office.snapshot(customers(tenant, 2));
  const run = await office.begin(account);
  await office.takeIn(run);
  await announce(office, run, [{ itemId: "a" }, { itemId: "b" }]);
  const { entries, names } = await work(office, run);
  expect(names).toEqual(["a", "b", "1", "2"]);
  await office.commit(
    run,
    [entries[0]!, entries[2]!].map((entry) => setAside(entry, 1n)),
  );
  expect((await work(office, run)).names).toEqual(["b", "2", "a", "1"]);
});

it("gives what is marked as sent again at once", async () => {
  await office.snapshot(customers(tenant, 100));
  const run = await office.begin(account);
  await office.takeIn(run);
  const before = await office.slice(run);
  await office.commit(run, before.map(markSent));
  expect(await office.slice(run)).toEqual(
    before.map((entry) => ({
      ...entry,
      sent: true,
      sentMs: expect.any(BigInt),
    })),
  );
});

it("reads what it gives and no more, among 100,000 that are due or wait", async () => {
  await office.snapshot(customers(tenant, 1));
  const run = await office.begin(account);
  await office.takeIn(run);
  await state.rows(
    `insert into state.inbox (tenant_id, account_id, stream, side, kind, record_id, gone, position, judged_at,
       committed_at, state, code, message, attempts, due_at)
     select tenant_id, account_id, stream, side, kind, 1000 + n, false, position, judged_at, committed_at, 'set-aside',
       'rejected', 'Der Server nimmt den Eintrag nicht an.', 3,
       now() + case when n % 2 = 0 then interval '1 hour' else interval '-1 hour' end
     from state.inbox cross join generate_series(1, 100000) n where account_id = $1`,
    [account.accountId],
  );
  await state.rows(
    `insert into state.inbox (tenant_id, account_id, stream, side, item_id, gone, position, judged_at, committed_at,
       state, intent)
     select tenant_id, account_id, stream, 'remote', 'item-' || n, true, n, judged_at, committed_at, 'intended', 'clear'
     from state.inbox cross join generate_series(1, 100000) n where account_id = $1 and record_id = 1`,
    [account.accountId],
  );
  await state.rows(`analyze state.inbox`);
  let plan = "";
  const blocks = await withTenant(state.database, tenant, async (manager) => {
    let read = NaN;
    const explaining = {
      query: async (sql: string, parameters: unknown[]) => {
        const [row]: { "QUERY PLAN": [{ Plan: Record<string, unknown> }] }[] =
          await manager.query(
            `explain (analyze, buffers, format json) ${sql}`,
            parameters,
          );
        const [top] = row?.["QUERY PLAN"] ?? [];
        plan = JSON.stringify(top);
        read =
          Number(top?.Plan["Shared Hit Blocks"]) +
          Number(top?.Plan["Shared Read Blocks"]);
        return [];
      },
    };
    await state
      .get(SliceRepository)
      .next(explaining as unknown as EntityManager, account, "contacts", 100);
    return read;
  });
  expect(plan).toContain("inbox_due");
  expect(plan).not.toContain("Seq Scan");
  // 100 entries, each with one look for its link.
  expect(blocks).toBeLessThan(1_000);
  const entries = await office.slice(run);
  expect(entries).toHaveLength(100);
  expect(entries[0]).toMatchObject({ recordId: "1", attempts: 0 });
  expect(entries[1]).toMatchObject({ attempts: 3 });
});
