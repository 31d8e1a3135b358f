import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { AccountHealth, StreamKind, System } from "@ams-sync/contracts";
import type { WakeUpQueue } from "@ams-sync/platform";
import { startPostgres, waitFor, type Postgres } from "@ams-sync/testing";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { customers, Office, setAside } from "../testing/office.js";
import { StateUnderTest } from "../testing/state-under-test.js";
import { announce, intend, left, work } from "../testing/two-ways.js";
import { ScheduleRepository } from "./schedule.repository.js";
import { Sweep } from "./sweep.js";

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
  await state.rows(`update state.schedule set parked = true`);
});

const claim = () => state.get(ScheduleRepository).claimDue(100, 30_000);
const ids = (accounts: readonly { accountId: string }[]) =>
  accounts.map(({ accountId }) => accountId).toSorted();

it("claims what is due, of every tenant, once", async () => {
  const one = await office.account(tenant);
  const other = await office.account(randomUUID());
  const later = await office.account(tenant);
  await state.rows(
    `update state.schedule set due_at = now() + interval '1 minute' where account_id = $1`,
    [later.accountId],
  );
  expect(ids(await claim())).toEqual(ids([one, other]));
  expect(await claim()).toEqual([]);
});

it("shares what is due out among replicas", async () => {
  for (let count = 0; count < 12; count += 1) await office.account(tenant);
  const claims = await Promise.all([
    state.get(ScheduleRepository).claimDue(8, 30_000),
    state.get(ScheduleRepository).claimDue(8, 30_000),
  ]);
  const all = ids(claims.flat());
  expect(new Set(all).size).toBe(all.length);
  expect(all.length + ids(await claim()).length).toBe(12);
});

it("claims again what became due anew, and what nobody ran for a while", async () => {
  await office.snapshot(customers(tenant, 1));
  const account = await office.account(tenant);
  expect(await claim()).toHaveLength(1);
  await office.run(account);
  expect(await claim()).toEqual([]);
  await office.append(customers(tenant, 1));
  expect(await claim()).toHaveLength(1);
  await state.rows(
    `update state.schedule set enqueued_at = now() - interval '31 seconds' where account_id = $1`,
    [account.accountId],
  );
  expect(await claim()).toHaveLength(1);
});

it("leaves parked accounts alone", async () => {
  const account = await office.account(tenant);
  const run = await office.begin(account);
  await office.end(run, {
    health: AccountHealth.NEEDS_LOGIN,
    errorKind: "auth",
  });
  expect(await claim()).toEqual([]);
});

/** What other specs have saved was woken, too, and nobody has worked on it. */
const drain = async () => {
  const queues = state.backend();
  const worker = queues.createWakeUpWorker("cloud", async () => {}, {
    concurrency: 4,
  });
  const queue = queues.wakeUpQueue("cloud");
  const idle = async () => {
    const { waiting, active } = await queue.counts();
    return waiting + active === 0;
  };
  await waitFor(idle, { what: "the queue to be empty" });
  await worker.close();
  await queue.close();
};

it("wakes the account's connector, once when it is saved and once when it is due again", async () => {
  await drain();
  const heard: string[] = [];
  const worker = state.backend().createWakeUpWorker(
    "cloud",
    async ({ accountId }) => {
      heard.push(accountId);
    },
    { concurrency: 1 },
  );
  const account = await office.account(tenant);
  await office.account(tenant, { system: System.GOOGLE });
  await waitFor(() => heard.length > 0, { what: "the wake-up of the saved" });
  expect(await state.get(Sweep).sweep()).toBe(2);
  await waitFor(() => heard.length > 1, { what: "the wake-up of the due" });
  expect(await state.get(Sweep).sweep()).toBe(0);
  expect(heard).toEqual([account.accountId, account.accountId]);
  await worker.close();
});

it("wakes the account of a dead worker as soon as the lease is over, though the queue takes its job for running", async () => {
  await drain();
  const hang = new AbortController();
  const started: string[] = [];
  const queues = state.backend();
  const account = await office.account(tenant);
  const queue = queues.wakeUpQueue("cloud");
  const dead = queues.createWakeUpWorker(
    "cloud",
    async () => {
      await office.begin(account);
      started.push("dead");
      await once(hang.signal, "abort");
    },
    { concurrency: 1 },
  );
  await queue.add(account);
  await waitFor(() => started.length > 0, { what: "the first run" });
  // Heard of while it seems to run, and kept from the others by its job.
  await queue.add(account);
  const other = queues.createWakeUpWorker(
    "cloud",
    async ({ accountId }) => {
      started.push(accountId);
    },
    { concurrency: 1 },
  );
  expect(await state.get(Sweep).sweep()).toBe(0);
  await state.rows(
    `update state.account set lease_until = clock_timestamp() where account_id = $1`,
    [account.accountId],
  );
  await state.rows(
    `update state.schedule set due_at = clock_timestamp() where account_id = $1`,
    [account.accountId],
  );
  expect(await state.get(Sweep).sweep()).toBe(1);
  await waitFor(() => started.length > 1, {
    what: "the other worker to be woken",
    timeoutMs: 3_000,
  });
  expect(started).toEqual(["dead", account.accountId]);
  hang.abort();
  await dead.close();
  await other.close();
  await queue.close();
});

it("leaves the account that a change has woken its one place in the queue, also after a run", async () => {
  await drain();
  await office.snapshot(customers(tenant, 1));
  const account = await office.account(tenant);
  await drain();
  const queue = state.backend().wakeUpQueue("cloud");
  for (let round = 1; round <= 2; round += 1) {
    await office.run(account);
    await office.append(customers(tenant, 1));
    // As capture does with what the append answers.
    await queue.add(account);
    expect(await state.get(Sweep).sweep()).toBe(1);
    expect((await queue.counts()).waiting).toBe(1);
  }
  await queue.close();
  await drain();
});

it("names a run that did not end, and none that ended or was revoked", async () => {
  await office.snapshot(customers(tenant, 1));
  const account = await office.account(tenant);
  const { accountId } = account;
  const named = async () => {
    await state.rows(
      `update state.schedule set due_at = now(), enqueued_at = null where account_id = $1`,
      [accountId],
    );
    return (await claim()).map(({ lastRunId }) => lastRunId);
  };
  let settingsVersion = 1n;
  const moved = () =>
    office.account(tenant, {
      accountId,
      settingsVersion: (settingsVersion += 1n),
      movedStreams: [StreamKind.CONTACTS],
      credentialChanged: false,
    });
  await office.run(account);
  expect(await named()).toEqual([null]);
  await office.begin(account);
  await moved();
  expect(await named()).toEqual([null]);
  const { runId } = await office.begin(account);
  await state.rows(
    `update state.account set lease_until = clock_timestamp() where account_id = $1`,
    [accountId],
  );
  expect(await named()).toEqual([runId]);
  await moved();
  expect(await named()).toEqual([runId]);
  await drain();
});

it("goes on passing by a dead run for a while after another one has ended, and no longer", async () => {
  await office.snapshot(customers(tenant, 1));
  const account = await office.account(tenant);
  const { accountId } = account;
  const named = async () => {
    await state.rows(
      `update state.schedule set due_at = now(), enqueued_at = null where account_id = $1`,
      [accountId],
    );
    return (await claim()).map(({ lastRunId }) => lastRunId);
  };
  const { runId } = await office.begin(account);
  await state.rows(
    `update state.account set lease_until = clock_timestamp() where account_id = $1`,
    [accountId],
  );
  expect(await named()).toEqual([runId]);
  await office.run(account);
  expect(await named()).toEqual([runId]);
  await office.run(account);
  expect(await named()).toEqual([runId]);
  await state.rows(
    `update state.schedule set passed_until = clock_timestamp() where account_id = $1`,
    [accountId],
  );
  expect(await named()).toEqual([null]);
  await drain();
});

it.each([
  [undefined, 60],
  [1_500, 6],
])(
  "passes by a dead run as long as its queue may leave it its job (%s)",
  async (jobLockMs, seconds) => {
    await office.snapshot(customers(tenant, 1));
    const account = await office.account(tenant);
    const { accountId } = account;
    await office.begin(account);
    await state.rows(
      `with ended as (
       update state.account set lease_until = clock_timestamp() where account_id = $1)
     update state.schedule set due_at = now() where account_id = $1`,
      [accountId],
    );
    await office.runs.beginRun({
      account,
      system: System.CLOUD,
      worker: "pod-2",
      ...(jobLockMs !== undefined && { jobLockMs }),
    });
    const [row] = await state.rows<{ seconds: number }>(
      `select extract(epoch from passed_until - clock_timestamp())::float8 as seconds
     from state.schedule where account_id = $1`,
      [accountId],
    );
    expect(row?.seconds).toBeLessThanOrEqual(seconds);
    expect(row?.seconds).toBeGreaterThan(seconds - 3);
    await drain();
  },
);

it("keeps what could not be enqueued for the next sweep", async () => {
  const account = await office.account(tenant);
  const queues = state.backend();
  const original = queues.wakeUpQueue;
  const broken: WakeUpQueue = {
    ...original("cloud"),
    add: async () => Promise.reject(new Error("connection refused")),
  };
  const sweep = new Sweep(
    state.get(ScheduleRepository),
    { ...queues, wakeUpQueue: () => broken },
    state.config(),
  );
  expect(await sweep.sweep()).toBe(0);
  expect(ids(await claim())).toEqual([account.accountId]);
  await broken.close();
});

it("knows the figures", async () => {
  await office.snapshot(customers(tenant, 4));
  const account = await office.account(tenant);
  const before = await state.get(ScheduleRepository).figures();
  const run = await office.begin(account);
  await office.takeIn(run);
  const [one, two] = await office.slice(run);
  await office.commit(run, [setAside(one!), intend(two!)]);
  await announce(office, run, [{ itemId: "/dav/x.vcf" }]);
  const { entries } = await work(office, run, 1);
  await office.commit(run, [left(entries[0]!)]);
  const waiting = await office.account(tenant);
  await state.rows(
    `update state.schedule set due_at = now() - interval '1 hour' where account_id = $1`,
    [waiting.accountId],
  );
  const figures = await state.get(ScheduleRepository).figures();
  expect(figures.pending - before.pending).toBe(2);
  expect(figures.intended - before.intended).toBe(1);
  expect(figures.unlinked - before.unlinked).toBe(1);
  expect(figures.setAside - before.setAside).toBe(1);
  expect(figures.oldestDueSeconds).toBeCloseTo(3_600, -2);
  const source = figures.sources.find(({ name }) => name === office.source);
  expect(source).toMatchObject({ position: 4, status: "streaming" });
});
