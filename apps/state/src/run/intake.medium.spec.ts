import { randomUUID } from "node:crypto";
import { RecordKind, StreamKind } from "@ams-sync/contracts";
import { startPostgres, type Postgres } from "@ams-sync/testing";
import { Status } from "nice-grpc-common";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import {
  agreed,
  codeOf,
  customer,
  customers,
  markSent,
  Office,
  setAside,
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
  account = await office.account(tenant, {
    streams: [StreamKind.CONTACTS, StreamKind.APPOINTMENTS],
  });
});

const makeDue = () =>
  state.rows(`update state.schedule set due_at = now() where account_id = $1`, [
    account.accountId,
  ]);
const begin = async () => {
  await makeDue();
  return office.begin(account);
};

it("takes nothing in, and owes it, while nobody knows the tenant's database", async () => {
  const run = await begin();
  expect(await office.takeIn(run)).toBe(0);
  expect(await office.end(run)).toBe(false);
  await office.snapshot(customers(tenant, 2));
  const again = await begin();
  expect(await office.takeIn(again)).toBe(2);
});

it("gives each stream its own kinds", async () => {
  await office.snapshot([
    customer(tenant, 1),
    customer(tenant, 1, { kind: RecordKind.APPOINTMENT }),
    customer(tenant, 1, { kind: RecordKind.AGENT }),
  ]);
  const run = await begin();
  expect(await office.takeIn(run, StreamKind.APPOINTMENTS)).toBe(1);
  expect(await office.takeIn(run)).toBe(2);
  const contacts = await office.slice(run);
  expect(contacts.map(({ kind }) => kind)).toEqual([
    RecordKind.CUSTOMER,
    RecordKind.AGENT,
  ]);
});

it("takes kinds that are not sent only where there is a link of theirs", async () => {
  const company = (id: number) =>
    customer(tenant, id, { kind: RecordKind.COMPANY });
  await office.snapshot([customer(tenant, 1), company(2)]);
  await office.run(account);
  await office.append([company(2), company(3)]);
  const run = await begin();
  const taken = await office.takeIn(run, StreamKind.CONTACTS, [
    RecordKind.CUSTOMER,
  ]);
  expect(taken).toBe(1);
  const [entry] = await office.slice(run);
  expect(entry).toMatchObject({ recordId: "2", link: { recordId: "2" } });
});

it("judges age at the commit, at a full intake now, and waiting never makes it later", async () => {
  await office.snapshot([customer(tenant, 1, { at: "2020-01-01T00:00:00Z" })]);
  const run = await begin();
  await office.takeIn(run);
  const [whole] = await office.slice(run);
  expect(Date.now() - (whole?.judgedAt?.getTime() ?? 0)).toBeLessThan(60_000);
  await office.commit(run, [untouched(whole!)]);

  await office.append([customer(tenant, 1, { at: "2026-03-29T01:30:00Z" })]);
  await office.takeIn(run);
  const [single] = await office.slice(run);
  expect(single?.judgedAt?.toISOString()).toBe("2026-03-29T01:30:00.000Z");
  await office.commit(run, [setAside(single!, 1_000_000n)]);

  // New settings take all in anew; what waits since March is still judged as of March.
  await office.account(tenant, {
    ...account,
    streams: [StreamKind.CONTACTS, StreamKind.APPOINTMENTS],
    settingsVersion: 2n,
  });
  await office.end(run);
  const next = await begin();
  await office.takeIn(next);
  const [again] = await office.slice(next);
  expect(again?.judgedAt?.toISOString()).toBe("2026-03-29T01:30:00.000Z");
  expect(again?.attempts).toBe(0);
});

it("announces a tombstone only where something may have been sent", async () => {
  await office.snapshot(customers(tenant, 3));
  const run = await begin();
  await office.takeIn(run);
  const [one, two, three] = await office.slice(run);
  // 1: done and left alone. 2: its create got no answer. 3: waits.
  await office.commit(run, [untouched(one!), markSent(two!), setAside(three!)]);
  await office.append(
    [1, 2, 3, 4].map((id) => customer(tenant, id, { deleted: true })),
  );
  expect(await office.takeIn(run)).toBe(2);
  const entries = await office.slice(run);
  expect(
    entries.map(({ recordId, gone, sent }) => [recordId, gone, sent]),
  ).toEqual([
    ["2", true, true],
    ["3", true, false],
  ]);
});

it("moves the token past what does not concern the stream", async () => {
  await office.snapshot(customers(tenant, 1));
  await office.run(account);
  const stranger = randomUUID();
  await office.append(customers(stranger, 50));
  const run = await begin();
  expect(await office.takeIn(run)).toBe(0);
  const [row] = await state.rows<{ token: string; source: string }>(
    `select feed_position as token, (select position from state.source where name = $2) as source
     from state.stream where account_id = $1 and kind = 'contacts'`,
    [account.accountId, office.source],
  );
  expect(row?.token).toBe(row?.source);
});

it("refuses kinds of another stream and streams that nobody switched on", async () => {
  const other = await office.account(tenant);
  const run = await office.begin(other);
  const wrongKind = office.takeIn(run, StreamKind.CONTACTS, [
    RecordKind.APPOINTMENT,
  ]);
  expect(await codeOf(wrongKind)).toBe(Status.INVALID_ARGUMENT);
  expect(await codeOf(office.takeIn(run, StreamKind.APPOINTMENTS))).toBe(
    Status.NOT_FOUND,
  );
});

it("still owes the kinds of settings that were saved after the run had read them", async () => {
  const contacts = await office.account(tenant, { userId: "8" });
  await office.snapshot([
    customer(tenant, 1),
    customer(tenant, 2, { kind: RecordKind.COMPANY }),
  ]);
  const run = await office.begin(contacts);
  await office.account(tenant, {
    ...contacts,
    userId: "8",
    settingsVersion: 2n,
    credentialChanged: false,
  });
  const { CONTACTS } = StreamKind;
  expect(await office.takeIn(run, CONTACTS, [RecordKind.CUSTOMER])).toBe(1);
  // Nor does a second intake of this run settle it, or repeat all of it.
  expect(await office.takeIn(run, CONTACTS, [RecordKind.CUSTOMER])).toBe(0);
  await office.commit(run, (await office.slice(run)).map(agreed));
  expect(await office.end(run)).toBe(true);
  const next = await office.begin(contacts);
  const both = [RecordKind.CUSTOMER, RecordKind.COMPANY];
  expect(await office.takeIn(next, CONTACTS, both)).toBe(2);
  await office.commit(next, (await office.slice(next)).map(agreed));
  expect(await office.end(next)).toBe(false);
});

it("keeps the mark of a create under way when its record changes or goes", async () => {
  const contacts = await office.account(tenant, { userId: "8" });
  await office.snapshot(customers(tenant, 2));
  const run = await office.begin(contacts);
  await office.takeIn(run);
  await office.commit(run, (await office.slice(run)).map(markSent));
  await office.append([
    customer(tenant, 1),
    customer(tenant, 2, { deleted: true }),
  ]);
  expect(await office.takeIn(run)).toBe(2);
  expect(await office.slice(run)).toMatchObject([
    { recordId: "1", sent: true, gone: false },
    { recordId: "2", sent: true, gone: true },
  ]);
});
