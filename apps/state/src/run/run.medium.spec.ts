import { randomUUID } from "node:crypto";
import {
  AccountHealth,
  BeginRunResponse_Refusal as Refusal,
  Origin,
  RecordKind,
  StreamKind,
  System,
} from "@ams-sync/contracts";
import { startPostgres, type Postgres } from "@ams-sync/testing";
import { Status } from "nice-grpc-common";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  codeOf,
  customer,
  customers,
  linked,
  markSent,
  Office,
  setAside,
  unlinked,
  untouched,
} from "../test/office.js";
import { StateUnderTest } from "../test/state-under-test.js";

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
const expireLease = () =>
  state.rows(
    `update state.account set lease_until = clock_timestamp() - interval '1 second' where account_id = $1`,
    [account.accountId],
  );
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

describe("beginning", () => {
  it("grants one of two runs that begin at once", async () => {
    const answers = await Promise.all([begin(), begin(), begin(), begin()]);
    expect(answers.filter(({ runId }) => runId !== "")).toHaveLength(1);
    expect(
      answers.filter(({ refusal }) => refusal === Refusal.BUSY),
    ).toHaveLength(3);
  });

  it("tells what is to be done", async () => {
    const first = await begin();
    expect(first.settingsVersion).toBe(1n);
    expect(first.lease?.remainingMs).toBeGreaterThan(59_000);
    expect(first.lease?.remainingMs).toBeLessThanOrEqual(60_000);
    expect(first.streams).toEqual([
      {
        kind: StreamKind.CONTACTS,
        container: "",
        remoteToken: "",
        remoteDue: true,
        full: true,
      },
    ]);
  });

  it("lets the sweep find a dead run when its lease ends, not before", async () => {
    await begin();
    const { due_in, lease_in } = await schedule();
    expect(due_in).toBeCloseTo(lease_in, 1);
    expect(due_in).toBeGreaterThan(58);
    await expireLease();
    await state.rows(
      `update state.schedule set due_at = now() where account_id = $1`,
      [account.accountId],
    );
    expect((await begin()).runId).not.toBe("");
  });

  it("refuses what nobody knows, what is not due and what is not the caller's", async () => {
    const stranger = { tenantId: tenant, accountId: randomUUID() };
    expect((await begin({ account: stranger })).refusal).toBe(Refusal.UNKNOWN);
    const elsewhere = { ...account, tenantId: randomUUID() };
    expect((await begin({ account: elsewhere })).refusal).toBe(Refusal.UNKNOWN);
    const outlook = state.runs("outlook-connector");
    const asOutlook = outlook.beginRun({
      account,
      system: System.OUTLOOK,
      worker: "",
    });
    expect((await asOutlook).refusal).toBe(Refusal.UNKNOWN);
    const asCloud = outlook.beginRun({
      account,
      system: System.CLOUD,
      worker: "",
    });
    expect(await codeOf(asCloud)).toBe(Status.INVALID_ARGUMENT);
    await office.run(account);
    expect((await begin()).refusal).toBe(Refusal.PARKED);
  });
});

describe("the lease", () => {
  it("refuses every call of a run whose lease ran out, and stores nothing of it", async () => {
    const run = await office.begin(account);
    await office.takeIn(run);
    const [entry] = await office.slice(run);
    await expireLease();
    const calls = [
      () => office.commit(run, [linked(entry!)]),
      () => office.runs.renewRun(run),
      () => office.takeIn(run),
      () => office.slice(run),
      () => office.end(run),
      () =>
        office.runs.takeInRemote({
          run,
          stream: StreamKind.CONTACTS,
          changes: [],
          token: "t",
        }),
      () =>
        office.runs.bindContainer({
          run,
          stream: StreamKind.CONTACTS,
          container: "https://c.example/a/",
        }),
    ];
    for (const call of calls) expect(await codeOf(call())).toBe(Status.ABORTED);
    const links = await state.rows(
      `select 1 from state.link where account_id = $1`,
      [account.accountId],
    );
    expect(links).toEqual([]);
  });

  it("refuses a run that a successor replaced", async () => {
    const lost = await office.begin(account);
    await office.takeIn(lost);
    const [entry] = await office.slice(lost);
    await expireLease();
    await state.rows(
      `update state.schedule set due_at = now() where account_id = $1`,
      [account.accountId],
    );
    const successor = await office.begin(account);
    expect(await codeOf(office.commit(lost, [untouched(entry!)]))).toBe(
      Status.ABORTED,
    );
    expect(await office.slice(successor)).toHaveLength(3);
  });

  it("is extended by renewing and by committing", async () => {
    const run = await office.begin(account);
    const shorten = () =>
      state.rows(
        `update state.account set lease_until = clock_timestamp() + interval '5 seconds' where account_id = $1`,
        [account.accountId],
      );
    await shorten();
    const renewed = await office.runs.renewRun(run);
    expect(renewed.remainingMs).toBeGreaterThan(50_000);
    expect((await schedule()).lease_in).toBeGreaterThan(50);
    await shorten();
    const committed = await office.commit(run, []);
    expect(committed.lease?.remainingMs).toBeGreaterThan(50_000);
    expect((await schedule()).lease_in).toBeGreaterThan(50);
  });

  it("belongs to the connector of its system", async () => {
    const run = await office.begin(account);
    const outlook = state.runs("outlook-connector");
    expect(await codeOf(outlook.renewRun(run))).toBe(Status.ABORTED);
    const settings = state.runs("settings");
    const verify = async (over: object) =>
      (await settings.verifyRun({ run, system: System.CLOUD, ...over })).held;
    expect(await verify({})).toBe(true);
    expect(await verify({ system: System.OUTLOOK })).toBe(false);
    expect(await verify({ run: { account, runId: randomUUID() } })).toBe(false);
    await expireLease();
    expect(await verify({})).toBe(false);
  });
});

describe("committing", () => {
  const links = () =>
    state.rows<{ record_id: string; item_id: string; item_version: string }>(
      `select record_id, item_id, item_version from state.link where account_id = $1 order by record_id`,
      [account.accountId],
    );
  const inbox = () =>
    state.rows<Record<string, unknown>>(
      `select record_id, state, attempts, code, sent, due_at is null as until_changed from state.inbox
       where account_id = $1 order by record_id`,
      [account.accountId],
    );

  it("stores links, strikes what is done and keeps the rest", async () => {
    const run = await office.begin(account);
    await office.takeIn(run);
    const [one, two, three] = await office.slice(run);
    await office.commit(run, [
      linked(one!),
      setAside(two!, 60_000n),
      markSent(three!),
    ]);
    expect(await links()).toEqual([
      { record_id: "1", item_id: "/dav/ams/1.vcf", item_version: '"1"' },
    ]);
    expect(await inbox()).toMatchObject([
      {
        record_id: "2",
        state: "set-aside",
        attempts: 1,
        code: "too-long",
        sent: false,
      },
      { record_id: "3", state: "pending", attempts: 0, sent: true },
    ]);
    const next = await office.slice(run);
    expect(next.map(({ recordId, sent }) => [recordId, sent])).toEqual([
      ["3", true],
    ]);
  });

  it("keeps an entry that was announced again since it was read, but remembers what was written", async () => {
    const run = await office.begin(account);
    await office.takeIn(run);
    const [one] = await office.slice(run);
    await office.append([customer(tenant, 1)]);
    await office.takeIn(run);
    await office.commit(run, [linked(one!)]);
    expect(await links()).toHaveLength(1);
    const again = (await office.slice(run)).find(
      ({ recordId }) => recordId === "1",
    );
    expect(again?.link?.itemId).toBe("/dav/ams/1.vcf");
    expect(again?.position).toBeGreaterThan(one!.position);
  });

  it("ignores a repeat of what was committed, even after the link moved on", async () => {
    const run = await office.begin(account);
    await office.takeIn(run);
    const [one] = await office.slice(run);
    const first = linked(one!);
    await office.commit(run, [first]);
    await office.append([customer(tenant, 1)]);
    await office.takeIn(run);
    const again = (await office.slice(run)).find(
      ({ recordId }) => recordId === "1",
    );
    await office.commit(run, [linked(again!, { itemVersion: '"2"' })]);
    await office.commit(run, [first]);
    expect((await links())[0]?.item_version).toBe('"2"');
  });

  it("forgets a link", async () => {
    await office.run(account);
    await office.append([customer(tenant, 2, { deleted: true })]);
    const { worked } = await office.run(account);
    expect(worked.map(({ gone, link }) => [gone, link?.recordId])).toEqual([
      [true, "2"],
    ]);
    expect((await links()).map((link) => link.record_id)).toEqual(["1", "3"]);
  });

  it("lets an item belong to one record", async () => {
    const run = await office.begin(account);
    await office.takeIn(run);
    const [one, two, three] = await office.slice(run);
    const itemId = "/dav/ams/beide.vcf";
    await office.commit(run, [linked(one!, { itemId })]);
    await office.commit(run, [
      linked(two!, { itemId }),
      linked(three!, { itemId: "/dav/ams/3.vcf" }),
    ]);
    expect((await links()).map((link) => link.record_id)).toEqual(["1", "3"]);
    expect(await inbox()).toMatchObject([
      { record_id: "2", code: "item-linked-elsewhere", until_changed: true },
    ]);
  });

  it("makes a set-aside entry pending again when its record changes, and counts anew", async () => {
    const run = await office.begin(account);
    await office.takeIn(run);
    const entries = await office.slice(run);
    await office.commit(
      run,
      entries.map((entry) => setAside(entry)),
    );
    expect(await office.end(run)).toBe(false);
    await office.append([customer(tenant, 2)]);
    const again = await office.begin(account);
    await office.takeIn(again);
    const slice = await office.slice(again);
    expect(slice.map(({ recordId, attempts }) => [recordId, attempts])).toEqual(
      [["2", 0]],
    );
  });

  it("refuses a link of another record, a doubled result and nonsense, and changes nothing", async () => {
    const run = await office.begin(account);
    await office.takeIn(run);
    const [one, two] = await office.slice(run);
    const refused = [
      [linked(one!, { recordId: "2" })],
      [linked(one!, { kind: RecordKind.APPOINTMENT })],
      [linked(one!, { origin: Origin.UNSPECIFIED })],
      [linked(one!, { fields: "{Müller" })],
      [linked(one!, { itemId: "a\0b" })],
      [untouched(two!), untouched(two!)],
      [{ ...untouched(one!), outcome: undefined }],
    ];
    for (const results of refused)
      expect(await codeOf(office.commit(run, results))).toBe(
        Status.INVALID_ARGUMENT,
      );
    expect(await office.slice(run)).toHaveLength(3);
    expect(await links()).toEqual([]);
  });

  it("keeps an account's hands off another's entries", async () => {
    const other = await office.account(tenant, { userId: "8" });
    const mine = await office.begin(account);
    const theirs = await office.begin(other);
    await office.takeIn(mine);
    await office.takeIn(theirs);
    const [foreign] = await office.slice(theirs);
    await office.commit(mine, [linked(foreign!)]);
    expect(await links()).toEqual([]);
    expect(await office.slice(theirs)).toHaveLength(3);
  });
});

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
    expect((await schedule()).due_in).toBeCloseTo(30, 0);
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
    expect((await schedule()).due_in).toBeCloseTo(120, 0);
  });

  it("waits as long as the server asked, whatever changes meanwhile", async () => {
    const run = await office.begin(account);
    const throttled = { errorKind: "throttled", retryInMs: 90_000n };
    expect(
      await office.end(run, { health: AccountHealth.DEGRADED, ...throttled }),
    ).toBe(false);
    const { wakeUps } = await office.append([customer(tenant, 1)]);
    expect(wakeUps).toEqual([]);
    expect((await schedule()).due_in).toBeCloseTo(90, 0);
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
      waits.push(Math.round((await schedule()).due_in));
      await state.rows(
        `update state.schedule set due_at = now(), not_before = null where account_id = $1`,
        [account.accountId],
      );
    }
    expect(waits).toEqual([30, 60, 120]);
  });

  it("does not ask at once for a run that would again do nothing", async () => {
    const run = await office.begin(account);
    expect(await office.end(run)).toBe(false);
    expect((await schedule()).due_in).toBeCloseTo(30, 0);
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
