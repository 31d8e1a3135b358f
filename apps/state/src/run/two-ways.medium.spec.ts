import { randomUUID } from "node:crypto";
import { RecordKind, StreamKind } from "@ams-sync/contracts";
import { startPostgres, type Postgres } from "@ams-sync/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { customer, customers, linked, Office } from "../testing/office.js";
import { StateUnderTest } from "../testing/state-under-test.js";
import {
  announce,
  beginNow,
  imported,
  streamOf,
  withConflict,
  work,
} from "../testing/two-ways.js";

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
  await office.snapshot(customers(tenant, 2));
  account = await office.account(tenant);
});

const stream = StreamKind.CONTACTS;
const KIND = RecordKind.CUSTOMER;

describe("the first listing of the other side", () => {
  const listing = async () => {
    const { run, stream: found } = await streamOf(office, account);
    await office.end(run);
    return found.listing;
  };

  it("is complete with a page that no other one follows, without a token too", async () => {
    const { run, stream: first } = await streamOf(office, account);
    expect(first.listing).toBe(true);
    await announce(office, run, [{ itemId: "a" }], { token: "1", more: true });
    await office.end(run);
    expect(await listing()).toBe(true);
    const next = await beginNow(office, account);
    await announce(office, next, [{ itemId: "b" }]);
    await office.end(next);
    expect(await listing()).toBe(false);
    const later = await beginNow(office, account);
    await announce(office, later, [{ itemId: "c" }], { more: true });
    await office.end(later);
    expect(await listing()).toBe(false);
  });

  it("begins again where everything is asked for anew, and with a reset", async () => {
    const run = await office.begin(account);
    await announce(office, run, [], { token: "1" });
    await announce(office, run, [{ itemId: "a" }], { more: true, anew: true });
    await office.end(run);
    expect(await listing()).toBe(true);
    const next = await beginNow(office, account);
    await announce(office, next, [], { token: "2" });
    await office.end(next);
    expect(await listing()).toBe(false);
    await office.accounts.resetStream({ account, stream });
    expect(await listing()).toBe(true);
  });

  it("is not completed by a page that a reset overtook", async () => {
    const run = await office.begin(account);
    await office.accounts.resetStream({ account, stream });
    await office.runs.takeInRemote({ run, stream, changes: [], token: "old" });
    await office.end(run);
    expect(await listing()).toBe(true);
  });
});

it("tells since when a stream uses its container: anew where it was given up meanwhile", async () => {
  const container = "https://cloud.example/dav/own/";
  const run = await office.begin(account);
  const { boundAt } = await office.runs.bindContainer({
    run,
    stream,
    container,
  });
  const again = await office.runs.bindContainer({ run, stream, container });
  expect(again.boundAt).toEqual(boundAt);
  await office.end(run);
  const { run: next, stream: found } = await streamOf(office, account);
  expect(found.boundAt).toEqual(boundAt);
  await office.end(next);
  await office.account(tenant, {
    accountId: account.accountId,
    settingsVersion: 2n,
    movedStreams: [stream],
  });
  const { run: moved, stream: unbound } = await streamOf(office, account);
  expect(unbound.boundAt).toBeUndefined();
  const since = await office.runs.bindContainer({
    run: moved,
    stream,
    container,
  });
  expect(since.boundAt!.getTime()).toBeGreaterThan(boundAt!.getTime());
});

describe("a remote entry", () => {
  it("links its item to any record that has none; who comes second is set aside", async () => {
    const run = await office.begin(account);
    await announce(office, run, [
      { itemId: "a", itemVersion: "1" },
      { itemId: "b", itemVersion: "1" },
    ]);
    const { entries } = await work(office, run);
    await office.commit(
      run,
      entries.map((entry) => imported(entry, "77")),
    );
    await office.takeIn(run);
    const rest = await work(office, run);
    expect(rest.names).toEqual(["1", "2"]);
    const { entries: aside } = await office.accounts.listSetAside({
      account,
      limit: 0,
    });
    expect(aside).toMatchObject([
      { itemId: "b", code: "record-linked-elsewhere" },
    ]);
    // And the item is the first one's: the other way round it is as before.
    await office.commit(run, [linked(rest.entries[0]!, { itemId: "a" })]);
    const links = await state.rows(
      `select record_id, item_id from state.link where account_id = $1`,
      [account.accountId],
    );
    expect(links).toEqual([{ record_id: "77", item_id: "a" }]);
  });

  it("may bring the link of the record whose own entry is in the same commit", async () => {
    await office.run(account);
    await office.append([customer(tenant, 1)]);
    const run = await beginNow(office, account);
    await office.takeIn(run);
    await announce(office, run, [
      { itemId: "/dav/ams/1.vcf", gone: true },
      { itemId: "renamed", itemVersion: "1" },
    ]);
    const { entries, names } = await work(office, run);
    expect(names).toEqual(["/dav/ams/1.vcf", "renamed", "1"]);
    await office.commit(
      run,
      entries.map((entry) => ({
        ...linked(entry, {
          kind: KIND,
          recordId: "1",
          itemId: "renamed",
        }),
        conflicts: withConflict(entry, "city").conflicts,
      })),
    );
    expect((await work(office, run)).names).toEqual([]);
    const { conflicts } = await office.accounts.listConflicts({
      account,
      limit: 0,
      after: 0n,
    });
    expect(conflicts).toHaveLength(1);
    expect(conflicts[0]).toMatchObject({
      record: { kind: KIND, recordId: "1" },
      itemId: "renamed",
      conflict: { field: "city", ams: "Köln", remote: undefined },
      runId: run.runId,
    });
  });

  it("keeps a link's history where none is given", async () => {
    const run = await office.begin(account);
    await office.takeIn(run);
    const { entries } = await work(office, run);
    await office.commit(run, [linked(entries[0]!, { history: "[1]" })]);
    const history = async () => {
      const [row] = await state.rows<{ history: string }>(
        `select history from state.link where account_id = $1`,
        [account.accountId],
      );
      return row?.history;
    };
    await office.append([customer(tenant, 1)]);
    await office.takeIn(run);
    const again = await work(office, run);
    const one = again.entries.find(({ recordId }) => recordId === "1")!;
    expect(one.link?.history).toBe("[1]");
    await office.commit(run, [linked(one)]);
    expect(await history()).toBe("[1]");
  });
});
