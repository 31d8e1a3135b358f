import { randomUUID } from "node:crypto";
import { StreamKind, System, type RunRef } from "@ams-sync/contracts";
import { startPostgres, type Postgres } from "@ams-sync/testing";
import { Status } from "nice-grpc-common";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { codeOf, customers, Office } from "../testing/office.js";
import { StateUnderTest } from "../testing/state-under-test.js";

let postgres: Postgres;
let state: StateUnderTest;
let office: Office;
let tenant: string;
let address: string;

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
  address = `cloud.example/dav/${randomUUID()}/`;
  await office.snapshot(customers(tenant, 2));
});

const bind = (run: RunRef, container: string, stream = StreamKind.CONTACTS) =>
  office.runs.bindContainer({ run, stream, container });
const streamOf = async (account: { tenantId: string; accountId: string }) => {
  await state.rows(
    `update state.schedule set due_at = now() where account_id = $1`,
    [account.accountId],
  );
  const { streams, runId } = await office.runs.beginRun({
    account,
    system: System.CLOUD,
    worker: "",
  });
  return { run: { account, runId }, stream: streams[0] };
};

it("belongs to one stream, whatever tenant asks and however it is spelt", async () => {
  const mine = await office.begin(await office.account(tenant));
  const stranger = randomUUID();
  const theirs = await office.begin(await office.account(stranger));
  await bind(mine, `https://${address}`);
  await bind(mine, `https://${address}`);
  for (const spelt of [`https://${address}`, `http://${address.slice(0, -1)}`])
    expect(await codeOf(bind(theirs, spelt))).toBe(Status.ALREADY_EXISTS);
  await bind(theirs, `https://${address}andere/`);
});

it("is not shared by two streams of one account", async () => {
  const account = await office.account(tenant, {
    streams: [StreamKind.CONTACTS, StreamKind.APPOINTMENTS],
  });
  const run = await office.begin(account);
  await bind(run, `https://${address}`);
  const second = bind(run, `https://${address}`, StreamKind.APPOINTMENTS);
  expect(await codeOf(second)).toBe(Status.ALREADY_EXISTS);
});

it("goes to one of two that ask at once", async () => {
  const one = await office.begin(await office.account(tenant));
  const other = await office.begin(await office.account(randomUUID()));
  const both = await Promise.allSettled([
    bind(one, `https://${address}`),
    bind(other, `https://${address}`),
  ]);
  expect(both.map(({ status }) => status).toSorted()).toEqual([
    "fulfilled",
    "rejected",
  ]);
});

it("keeps the old one when the new one is taken", async () => {
  const mine = await office.begin(await office.account(tenant));
  const other = await office.begin(await office.account(tenant));
  await bind(mine, `https://${address}a/`);
  await bind(other, `https://${address}b/`);
  expect(await codeOf(bind(mine, `https://${address}b/`))).toBe(
    Status.ALREADY_EXISTS,
  );
  await office.takeIn(mine);
  expect(await codeOf(bind(other, `https://${address}a/`))).toBe(
    Status.ALREADY_EXISTS,
  );
});

it("takes everything anew where the stream moves, and frees the old one", async () => {
  const account = await office.account(tenant);
  const run = await office.begin(account);
  await bind(run, `https://${address}`);
  await office.takeIn(run);
  await office.end(run);
  await office.run(account).catch(() => undefined);
  const moving = await streamOf(account);
  expect(moving.stream).toMatchObject({
    container: `https://${address}`,
    full: false,
  });
  await bind(moving.run, `https://${address}neu/`);
  await office.end(moving.run);
  const moved = await streamOf(account);
  expect(moved.stream).toMatchObject({
    container: `https://${address}neu/`,
    remoteToken: "",
    remoteDue: true,
    full: true,
  });
  const other = await office.begin(await office.account(randomUUID()));
  await bind(other, `https://${address}`);
});

it("carries no credentials", async () => {
  const run = await office.begin(await office.account(tenant));
  const secret = bind(run, `https://erika:geheim@${address}`);
  const failure: Error = await secret.then(
    () => new Error("was not refused"),
    (error: Error) => error,
  );
  expect(failure).toMatchObject({ code: Status.INVALID_ARGUMENT });
  expect(failure.message).not.toContain("geheim");
});
