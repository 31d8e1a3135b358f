import { randomUUID } from "node:crypto";
import {
  BeginRunResponse_Refusal as Refusal,
  StreamKind,
  System,
} from "@ams-sync/contracts";
import { startPostgres, type Postgres } from "@ams-sync/testing";
import { Status } from "nice-grpc-common";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  codeOf,
  customers,
  linked,
  Office,
  untouched,
} from "../testing/office.js";
import { StateUnderTest } from "../testing/state-under-test.js";

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

  it("tells where the tenant lives, once a database has sent a row of it", async () => {
    const stranger = await office.account(randomUUID());
    expect(await begin({ account: stranger })).toMatchObject({
      source: "",
      sourceIdentity: "",
    });
  });

  it("tells what is to be done", async () => {
    const first = await begin();
    expect(first.source).toBe(office.source);
    const [source] = await state.rows<{ identity: string }>(
      "select system_identifier as identity from state.source where name = $1",
      [office.source],
    );
    expect(source?.identity).not.toBe("");
    expect(first.sourceIdentity).toBe(source?.identity);
    expect(first.settingsVersion).toBe(1n);
    expect(first.lease?.remainingMs).toBeGreaterThan(59_000);
    expect(first.lease?.remainingMs).toBeLessThanOrEqual(60_000);
    expect(first.streams).toEqual([
      {
        kind: StreamKind.CONTACTS,
        container: "",
        remoteToken: "",
        remoteDue: true,
        listing: true,
        boundAt: undefined,
        unlinked: 0n,
        full: true,
        takenIn: false,
        watched: false,
        unwatched: false,
        first: undefined,
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

  it("leaves an account that runs alone until its lease ends, whatever makes it due meanwhile", async () => {
    await begin();
    await state.rows(
      `update state.account set lease_until = clock_timestamp() + interval '5 minutes' where account_id = $1`,
      [account.accountId],
    );
    await state.rows(
      `update state.schedule set due_at = now() where account_id = $1`,
      [account.accountId],
    );
    expect((await begin()).refusal).toBe(Refusal.BUSY);
    const { due_in, lease_in } = await schedule();
    expect(due_in).toBeCloseTo(lease_in, 1);
    expect(due_in).toBeGreaterThan(298);
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
    for (const jobLockMs of [0, 499, 600_001])
      expect(await codeOf(begin({ jobLockMs }))).toBe(Status.INVALID_ARGUMENT);
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
