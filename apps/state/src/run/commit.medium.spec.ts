import { randomUUID } from "node:crypto";
import {
  Origin,
  RecordKind,
  StreamKind,
  type RunRef,
} from "@ams-sync/contracts";
import { startPostgres, type Postgres } from "@ams-sync/testing";
import { Status } from "nice-grpc-common";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  agreed,
  codeOf,
  customer,
  customers,
  linked,
  marked,
  markSent,
  Office,
  setAside,
  untouched,
} from "../testing/office.js";
import { StateUnderTest } from "../testing/state-under-test.js";
import { announce, beginNow, work } from "../testing/two-ways.js";

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

// An announced item is not looked at while nobody knows what became of its record.
it("takes a link as it came after a reset, of which nothing is agreed", async () => {
  const first = await office.begin(account);
  await office.takeIn(first);
  await office.commit(first, (await office.slice(first)).map(agreed));
  await office.end(first);
  await office.accounts.resetStream({ account, stream: StreamKind.CONTACTS });
  const run = await beginNow(office, account);
  await announce(office, run, [{ itemId: "/dav/ams/1.vcf" }]);
  const { entries } = await work(office, run);
  const [entry] = entries.filter(({ link }) => link?.hash === "");
  await office.commit(run, [linked(entry!, { ...entry!.link })]);
  expect(
    await state.rows(
      `select hash, fields, item_version from state.link where account_id = $1 and item_id = '/dav/ams/1.vcf'`,
      [account.accountId],
    ),
  ).toEqual([{ hash: "", fields: {}, item_version: null }]);
});

describe("marks of writes under way", () => {
  const marks = async (run: RunRef) =>
    (await office.slice(run))
      .map(({ recordId, sent, sentFields }) => [recordId, sent, sentFields])
      .sort();

  it("gather, and outlast what is announced next", async () => {
    const run = await office.begin(account);
    await office.takeIn(run);
    const [one] = await office.slice(run);
    await office.commit(run, [marked(one!, ["mobile", "city"])]);
    await office.commit(run, [marked(one!, ["city", "firstName"])]);
    await office.commit(run, [marked(one!, [])]);
    await office.append([customer(tenant, 1)]);
    await office.takeIn(run);
    expect(await marks(run)).toEqual([
      ["1", true, ["city", "firstName", "mobile"]],
      ["2", false, []],
      ["3", false, []],
    ]);
  });

  it("are over when the write is remembered, though the record has changed again", async () => {
    const run = await office.begin(account);
    await office.takeIn(run);
    const [one, two] = await office.slice(run);
    await office.commit(run, [marked(one!, ["city"]), marked(two!, ["city"])]);
    await office.append([customer(tenant, 1), customer(tenant, 2)]);
    await office.takeIn(run);
    await office.commit(run, [linked(one!), setAside(two!)]);
    expect(await marks(run)).toEqual([
      ["1", false, []],
      ["2", true, ["city"]],
      ["3", false, []],
    ]);
  });
});

describe("what waits for a change", () => {
  const asides = () =>
    state.rows<{ name: string }>(
      `select coalesce(item_id, record_id::text) as name from state.inbox
       where account_id = $1 and state = 'set-aside' order by 1`,
      [account.accountId],
    );
  /** The record's own entry and its item's wait; the record has changed in ams. */
  const waiting = async (itemVersion: string, retryInMs = 0n) => {
    const run = await office.begin(account);
    await office.takeIn(run);
    const slice = await office.slice(run);
    const one = slice.find(({ recordId }) => recordId === "1");
    await office.commit(run, [linked(one!)]);
    await announce(office, run, [{ itemId: "/dav/ams/1.vcf", itemVersion }]);
    await office.append([customer(tenant, 1)]);
    await office.takeIn(run);
    const { entries } = await work(office, run);
    const its = entries.filter(({ link }) => link?.recordId === "1");
    expect(its).toHaveLength(2);
    await office.commit(
      run,
      its.map((entry) => setAside(entry, retryInMs)),
    );
    return run;
  };
  const agreeAgain = async (run: RunRef, itemVersion?: string) => {
    await office.append([customer(tenant, 1)]);
    await office.takeIn(run);
    const { entries } = await work(office, run);
    const one = entries.find(
      ({ recordId, itemId }) => recordId === "1" && !itemId,
    );
    await office.commit(run, [linked(one!, { itemVersion })]);
  };

  it("is answered once the item is agreed on in the version that it told of, or in one that is new", async () => {
    for (const [userId, version] of Object.entries(['"2"', '"3"'])) {
      account = await office.account(tenant, { userId });
      await agreeAgain(await waiting('"2"'), version);
      expect(await asides()).toEqual([]);
    }
  });

  it("is answered of the record as well", async () => {
    const run = await waiting('"2"');
    await announce(office, run, [
      { itemId: "/dav/ams/1.vcf", itemVersion: '"3"' },
    ]);
    const { entries } = await work(office, run);
    const there = entries.find(({ itemId }) => itemId === "/dav/ams/1.vcf");
    await office.commit(run, [linked(there!, { itemVersion: '"3"' })]);
    expect(await asides()).toEqual([]);
  });

  it("goes on waiting where the link keeps its version or has none, and where it is tried again", async () => {
    for (const [userId, version, retryInMs] of [
      ["8", '"1"', 0n],
      ["9", undefined, 0n],
      ["10", '"3"', 60_000n],
    ] as const) {
      account = await office.account(tenant, { userId });
      await agreeAgain(await waiting('"2"', retryInMs), version);
      expect(await asides()).toEqual([{ name: "/dav/ams/1.vcf" }]);
    }
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
