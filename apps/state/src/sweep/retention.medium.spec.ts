import { randomUUID } from "node:crypto";
import { startPostgres, type Postgres } from "@ams-sync/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { customers, Office, setAside } from "../testing/office.js";
import { StateUnderTest } from "../testing/state-under-test.js";
import { withConflict } from "../testing/two-ways.js";
import { BATCH, Retention } from "./retention.js";
import { RetentionRepository } from "./retention.repository.js";

const DAYS = 30;
const DAY_MS = 24 * 60 * 60 * 1_000;

let postgres: Postgres;
let state: StateUnderTest;
let office: Office;
let account: { tenantId: string; accountId: string };

beforeAll(async () => {
  postgres = await startPostgres();
  state = await StateUnderTest.on(postgres, { RETENTION_DAYS: `${DAYS}` });
});
afterAll(async () => {
  await state.stop();
  await postgres.stop();
});
beforeEach(async () => {
  office = new Office(state, `ams-${randomUUID()}`);
  const tenant = randomUUID();
  await office.snapshot(customers(tenant, 3));
  account = await office.account(tenant);
});

/** A replica that lives so many days later. */
const replica = (daysLater: number) =>
  new Retention(
    state.get(RetentionRepository),
    state.config(),
    () => new Date(Date.now() + daysLater * DAY_MS),
  );
const count = async (table: string, where = "true"): Promise<number> => {
  const [row] = await state.rows<{ count: number }>(
    `select count(*)::int as count from state.${table} where account_id = $1 and ${where}`,
    [account.accountId],
  );
  return row?.count ?? -1;
};
const manyConflicts = (rows: number) =>
  state.rows(
    `insert into state.conflict (tenant_id, account_id, stream, kind, record_id, item_id, field, winner, ams_value, at, run_id)
     select $1, $2, 'contacts', 'customer', n, 'x', 'city', 'ams', 'Köln', now() - interval '40 days', $3
     from generate_series(1, $4) n`,
    [account.tenantId, account.accountId, randomUUID(), rows],
  );

/** A run that left a value that lost, a text, and a failure. */
const journals = async () => {
  const run = await office.begin(account);
  await office.takeIn(run);
  const [lost, forGood, again] = await office.slice(run);
  await office.commit(run, [
    withConflict(lost!, "city"),
    setAside(forGood!),
    setAside(again!, 60_000n),
  ]);
  await office.end(run, { errorKind: "transient", errorMessage: "Grüße" });
};
const kept = async () => ({
  conflicts: await count("conflict"),
  runs: await count("run"),
  texts: await count("inbox", "message <> ''"),
  setAside: await count("inbox", "state = 'set-aside'"),
});

describe("journals", () => {
  it("forget after the configured days, of accounts that never run again", async () => {
    await journals();
    const all = { conflicts: 1, runs: 1, texts: 2, setAside: 2 };
    expect(await kept()).toEqual(all);
    await replica(DAYS - 1).sweep();
    expect(await kept()).toEqual(all);
    await replica(DAYS + 1).sweep();
    // What is set aside stays so, with its code.
    expect(await kept()).toEqual({
      ...{ conflicts: 0, runs: 0, texts: 0, setAside: 2 },
    });
    expect(await replica(DAYS + 1).sweep()).toBe(0);
  });

  it("keep the texts of an account that runs, as each day words them anew", async () => {
    await journals();
    await state.rows(
      `update state.run set started_at = now() + interval '5 days' where account_id = $1`,
      [account.accountId],
    );
    await replica(DAYS + 1).sweep();
    expect((await kept()).texts).toBe(2);
  });

  it("keep the run that holds its account", async () => {
    await office.begin(account);
    await replica(DAYS + 1).sweep();
    expect(await count("run")).toBe(1);
  });

  it("are as short for the runs that the end of a run drops", async () => {
    await state.rows(
      `insert into state.run (tenant_id, account_id, run_id, worker, started_at, credential_version, results)
       select $1, $2, gen_random_uuid(), 'spec', now() - days * interval '1 day', 0, 5
       from unnest(array[29, 31]) days`,
      [account.tenantId, account.accountId],
    );
    await office.end(await office.begin(account));
    // Its own and the younger one.
    expect(await count("run")).toBe(2);
  });

  it("are swept in batches", async () => {
    await manyConflicts(2 * BATCH + 1);
    const repository = state.get(RetentionRepository);
    const first = await repository.expire(
      ...([account.tenantId, "conflict", new Date(), BATCH] as const),
    );
    expect(first).toBe(BATCH);
    expect(await count("conflict")).toBe(BATCH + 1);
    expect(await replica(0).sweep()).toBe(BATCH + 1);
  });

  it("are swept by several replicas at once, and nobody waits for who holds a row", async () => {
    await manyConflicts(3 * BATCH);
    const holder = state.superuser.createQueryRunner();
    await holder.startTransaction();
    try {
      await holder.query(
        `select 1 from state.conflict where account_id = $1 and record_id <= 5 for update`,
        [account.accountId],
      );
      const swept = await Promise.all([replica(0).sweep(), replica(0).sweep()]);
      expect(swept[0]! + swept[1]!).toBe(3 * BATCH - 5);
    } finally {
      await holder.rollbackTransaction();
      await holder.release();
    }
    expect(await count("conflict")).toBe(5);
    expect(await replica(0).sweep()).toBe(5);
  });

  it("of one tenant are not another's", async () => {
    await journals();
    const other = randomUUID();
    const before = new Date(Date.now() + DAY_MS);
    const repository = state.get(RetentionRepository);
    for (const journal of ["conflict", "run", "set-aside text"] as const)
      expect(await repository.expire(other, journal, before, 10)).toBe(0);
    expect((await kept()).conflicts).toBe(1);
  });
});
