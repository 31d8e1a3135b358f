import { randomUUID } from "node:crypto";
import {
  AccountHealth,
  BeginRunResponse_Refusal as Refusal,
  RecordKind,
  System,
} from "@ams-sync/contracts";
import { startPostgres, type Postgres } from "@ams-sync/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  customer,
  customers,
  Office,
  setAside,
  untouched,
} from "../testing/office.js";
import { StateUnderTest } from "../testing/state-under-test.js";
import { beginNow, withConflict, work } from "../testing/two-ways.js";

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
  await office.snapshot(customers(tenant, 3));
  account = await office.account(tenant);
});

const begin = (over: object = {}) =>
  office.runs.beginRun({
    account,
    system: System.CLOUD,
    worker: "pod-1",
    ...over,
  });
const schedule = async () => {
  const [row] = await state.rows<{
    due_in: number;
    parked: boolean;
    lease_in: number;
  }>(
    `select extract(epoch from s.due_at - now())::float8 as due_in, s.parked,
       extract(epoch from a.lease_until - now())::float8 as lease_in
     from state.schedule s join state.account a using (tenant_id, account_id) where account_id = $1`,
    [account.accountId],
  );
  return row!;
};

describe("ending", () => {
  it("asks for another run when a change came meanwhile", async () => {
    const run = await office.begin(account);
    await office.takeIn(run);
    const entries = await office.slice(run);
    await office.commit(run, entries.map(untouched));
    await office.append([customer(tenant, 3)]);
    expect(await office.end(run)).toBe(true);
    expect((await office.run(account)).worked).toHaveLength(1);
  });

  it("is not woken by another tenant's changes, nor by another kind's", async () => {
    const run = await office.begin(account);
    await office.takeIn(run);
    await office.commit(run, (await office.slice(run)).map(untouched));
    await office.append([
      customer(randomUUID(), 1),
      customer(tenant, 1, { kind: RecordKind.APPOINTMENT }),
    ]);
    expect(await office.end(run)).toBe(false);
  });

  it("hands back what is left", async () => {
    const run = await office.begin(account);
    await office.takeIn(run);
    const [one] = await office.slice(run, { limit: 1 });
    await office.commit(run, [untouched(one!)]);
    expect(await office.end(run)).toBe(true);
  });

  it("is due again at the next attempt or the next poll, whichever comes first", async () => {
    const run = await office.begin(account);
    await office.takeIn(run);
    const entries = await office.slice(run);
    await office.commit(
      run,
      entries.map((entry) => setAside(entry, 30_000n)),
    );
    await office.end(run);
    expect((await schedule()).due_in).toBeCloseTo(30, -1);
    await state.rows(
      `update state.inbox set due_at = now() where account_id = $1`,
      [account.accountId],
    );
    await state.rows(
      `update state.schedule set due_at = now() where account_id = $1`,
      [account.accountId],
    );
    const again = await office.begin(account);
    await office.commit(again, (await office.slice(again)).map(untouched));
    await office.end(again);
    expect((await schedule()).due_in).toBeCloseTo(120, -1);
  });

  it("waits as long as the server asked, whatever changes meanwhile", async () => {
    const run = await office.begin(account);
    const throttled = { errorKind: "throttled", retryInMs: 90_000n };
    expect(
      await office.end(run, { health: AccountHealth.DEGRADED, ...throttled }),
    ).toBe(false);
    const { wakeUps } = await office.append([customer(tenant, 1)]);
    expect(wakeUps).toEqual([]);
    expect((await schedule()).due_in).toBeCloseTo(90, -1);
    expect((await begin()).refusal).toBe(Refusal.PARKED);
  });

  it("backs off from a failure that names no time, longer each time", async () => {
    const waits: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      const run = await office.begin(account);
      await office.end(run, {
        health: AccountHealth.DEGRADED,
        errorKind: "transient",
      });
      waits.push((await schedule()).due_in);
      await state.rows(
        `update state.schedule set due_at = now(), not_before = null where account_id = $1`,
        [account.accountId],
      );
    }
    for (const [index, seconds] of [30, 60, 120].entries())
      expect(waits[index]).toBeCloseTo(seconds, -1);
  });

  it("does not ask at once for a run that would again do nothing", async () => {
    const run = await office.begin(account);
    expect(await office.end(run)).toBe(false);
    expect((await schedule()).due_in).toBeCloseTo(30, -1);
  });

  it("parks for a login, keeps the entries and is woken by a new credential", async () => {
    const run = await office.begin(account);
    await office.takeIn(run);
    await office.end(run, {
      health: AccountHealth.NEEDS_LOGIN,
      errorKind: "auth",
      errorMessage: "Bitte das Kennwort neu eingeben.",
    });
    expect((await schedule()).parked).toBe(true);
    expect((await office.append([customer(tenant, 1)])).wakeUps).toEqual([]);
    expect((await begin()).refusal).toBe(Refusal.PARKED);
    const announce = (settingsVersion: bigint, credentialChanged: boolean) =>
      office.account(tenant, {
        ...account,
        settingsVersion,
        credentialChanged,
      });
    await announce(2n, false);
    expect((await begin()).refusal).toBe(Refusal.PARKED);
    await announce(3n, true);
    const { worked } = await office.run(account);
    expect(worked).toHaveLength(3);
  });

  it("does not park for a credential that was replaced while the run was under way", async () => {
    const run = await office.begin(account);
    await office.takeIn(run);
    await office.account(tenant, {
      ...account,
      settingsVersion: 2n,
      credentialChanged: true,
    });
    const more = await office.end(run, {
      health: AccountHealth.NEEDS_LOGIN,
      errorKind: "auth",
    });
    expect(more).toBe(true);
    expect((await office.run(account)).worked).toHaveLength(3);
  });

  it("keeps a record of what runs did, without idle ones", async () => {
    await state.rows(
      `insert into state.run (tenant_id, account_id, run_id, worker, started_at, credential_version, results)
       values ($1, $2, gen_random_uuid(), 'idle', now() - interval '2 days', 0, 0),
         ($1, $2, gen_random_uuid(), 'busy', now() - interval '89 days', 0, 5),
         ($1, $2, gen_random_uuid(), 'old', now() - interval '91 days', 0, 5)`,
      [tenant, account.accountId],
    );
    await office.run(account);
    const runs = await state.rows<{ worker: string; results: number }>(
      `select worker, results from state.run where account_id = $1 order by started_at`,
      [account.accountId],
    );
    expect(runs).toEqual([
      { worker: "busy", results: 5 },
      { worker: "spec", results: 3 },
    ]);
  });
});

it("forgets after a day what the guard counted", async () => {
  const run = await office.begin(account);
  await office.takeIn(run);
  const { entries } = await work(office, run);
  await office.commit(run, [
    { ...withConflict(entries[0]!, "city"), destructive: true },
    withConflict(entries[1]!, "mobile"),
  ]);
  await office.end(run);
  const removals = async () => {
    const [row] = await state.rows(
      `select count(*)::int as removals from state.removal where account_id = $1`,
      [account.accountId],
    );
    return row;
  };
  const age = async (interval: string) => {
    await state.rows(
      `update state.removal set at = at - $2::interval where account_id = $1`,
      [account.accountId, interval],
    );
    await office.end(await beginNow(office, account));
  };
  await age("23 hours");
  expect(await removals()).toEqual({ removals: 1 });
  await age("2 hours");
  expect(await removals()).toEqual({ removals: 0 });
});
