import { randomUUID } from "node:crypto";
import { RecordKind, StreamKind, System } from "@ams-sync/contracts";
import { startPostgres, type Postgres } from "@ams-sync/testing";
import { Status } from "nice-grpc-common";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import {
  codeOf,
  customer,
  customers,
  Office,
  untouched,
} from "../testing/office.js";
import { StateUnderTest } from "../testing/state-under-test.js";
import { OpenTransaction, waits } from "../testing/transaction.js";

const CONTACTS = {
  stream: StreamKind.CONTACTS,
  kinds: [RecordKind.CUSTOMER],
};

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
  await office.snapshot(customers(tenant, 2));
  await office.run(account);
  // Its next poll is far away.
  expect(await polled()).toBe(false);
});

const polled = async (): Promise<boolean> => {
  const [row] = await state.rows<{ due: boolean }>(
    `select bool_or(remote_due_at <= now()) as due from state.stream where account_id = $1`,
    [account.accountId],
  );
  return row?.due === true;
};

const begin = async ({
  settingsVersion = 1n,
  limit = 100,
  streams = [CONTACTS],
} = {}) => {
  const ahead = { settingsVersion, limit, streams };
  const begun = await office.runs.beginRun({
    ...{ account, system: System.CLOUD, worker: "spec", ahead },
  });
  const [stream] = begun.streams;
  return { run: { account, runId: begun.runId }, stream };
};

const entriesOf = ({ stream }: Awaited<ReturnType<typeof begin>>) =>
  stream?.first?.entries.map(({ recordId }) => recordId);

it("takes in and hands out in the step that begins the run", async () => {
  await office.append([customer(tenant, 1), customer(tenant, 3)]);
  const begun = await begin({ limit: 1 });
  expect(begun.stream?.takenIn).toBe(true);
  expect(entriesOf(begun)).toEqual(["1"]);
  expect(begun.stream?.first?.entries[0]?.link?.itemId).toBe("/dav/ams/1.vcf");
  // The token has moved: the same is not taken in again.
  expect(await office.takeIn(begun.run)).toBe(0);
  const rest = await office.slice(begun.run);
  expect(rest.map(({ recordId }) => recordId)).toEqual(["1", "3"]);
  await office.commit(begun.run, rest.map(untouched));
  expect(await office.end(begun.run)).toBe(false);
});

it("commits with its end what was only looked at", async () => {
  await office.append([customer(tenant, 1), customer(tenant, 2)]);
  const { run, stream } = await begin();
  const results = (stream?.first?.entries ?? []).map(untouched);
  const last = [{ stream: StreamKind.CONTACTS, results }];
  expect(await office.end(run, { last })).toBe(false);
  const next = await office.runs.beginRun({
    ...{ account, system: System.CLOUD, worker: "spec" },
  });
  expect(next.runId).toBe("");
  const left = await state.rows(
    `select 1 from state.inbox where account_id = $1`,
    [account.accountId],
  );
  expect(left).toEqual([]);
});

it("neither commits nor ends where the lease is lost", async () => {
  await office.append([customer(tenant, 1)]);
  const { run, stream } = await begin();
  const results = (stream?.first?.entries ?? []).map(untouched);
  const last = [{ stream: StreamKind.CONTACTS, results }];
  await state.rows(
    `update state.account set lease_until = now() where account_id = $1`,
    [account.accountId],
  );
  expect(await codeOf(office.end(run, { last }))).toBe(Status.ABORTED);
  const left = await state.rows(
    `select 1 from state.inbox where account_id = $1`,
    [account.accountId],
  );
  expect(left).toHaveLength(1);
});

it("counts as a run that got on", async () => {
  await office.append([customer(tenant, 1)]);
  const { run } = await begin();
  expect(await office.end(run)).toBe(true);
  const [row] = await state.rows<{ intakes: number; failures: number }>(
    `select r.intakes, a.failures from state.run r join state.account a using (account_id) where r.run_id = $1`,
    [run.runId],
  );
  expect(row).toEqual({ intakes: 1, failures: 0 });
});

it("does nothing where other settings were told", async () => {
  await office.append([customer(tenant, 1)]);
  const { run, stream } = await begin({ settingsVersion: 2n });
  expect(stream).toMatchObject({ takenIn: false, first: undefined });
  expect(await office.takeIn(run)).toBe(1);
});

it("does nothing for streams that are not named", async () => {
  await office.append([customer(tenant, 1)]);
  const { stream } = await begin({ streams: [] });
  expect(stream).toMatchObject({ takenIn: false, first: undefined });
});

it("leaves a full intake to a call of its own", async () => {
  await office.append([], { concerns: [{ tenantId: tenant, userId: "" }] });
  const { stream } = await begin();
  expect(stream).toMatchObject({ full: true, takenIn: false });
});

it("leaves many changes to a call of their own", async () => {
  await office.append(customers(tenant, 101));
  const { run, stream } = await begin();
  expect(stream).toMatchObject({ takenIn: false, first: undefined });
  expect(await office.takeIn(run)).toBe(101);
});

it("takes them in while capture delivers what comes next", async () => {
  await office.append(customers(tenant, 101));
  const { run } = await begin();
  const other = await OpenTransaction.begin(state.superuser);
  await other.manager.query(
    `select from state.stream where account_id = $1 for update`,
    [account.accountId],
  );
  const intake = office.takeIn(run);
  try {
    expect(await waits(intake)).toBe(true);
    const { wakeUps } = await office.append([customer(tenant, 1)]);
    expect(wakeUps).toMatchObject([{ account }]);
  } finally {
    await other.rollback();
  }
  expect(await intake).toBeGreaterThanOrEqual(101);
});

it("hands out nothing before the other system was asked", async () => {
  await office.append([customer(tenant, 1)]);
  await state.rows(
    `update state.stream set remote_due_at = now() where account_id = $1`,
    [account.accountId],
  );
  const { stream } = await begin();
  expect(stream).toMatchObject({ takenIn: true, first: undefined });
});

it("refuses kinds of another stream and limits beyond a slice", async () => {
  const of = (kind: RecordKind) => ({ ...CONTACTS, kinds: [kind] });
  for (const ahead of [
    { streams: [of(RecordKind.APPOINTMENT)] },
    { limit: 0 },
    { limit: 1_001 },
  ])
    expect(await codeOf(begin(ahead))).toBe(Status.INVALID_ARGUMENT);
});
