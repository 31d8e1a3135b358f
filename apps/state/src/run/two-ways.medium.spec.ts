import { randomUUID } from "node:crypto";
import { Loss, RecordKind, StreamKind, type RunRef } from "@ams-sync/contracts";
import { startPostgres, type Postgres } from "@ams-sync/testing";
import { Status } from "nice-grpc-common";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  agreed,
  codeOf,
  customer,
  customers,
  linked,
  Office,
  setAside,
  untouched,
} from "../testing/office.js";
import { StateUnderTest } from "../testing/state-under-test.js";
import {
  announce,
  beginNow,
  calledOff,
  imported,
  left,
  lost,
  statusOf,
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

describe("a lost item", () => {
  const record = { kind: KIND, recordId: "1" };
  const listed = async () =>
    (await office.accounts.listLost({ account, stream, limit: 0 })).items;
  const losing = async () => {
    await office.run(account);
    const run = await beginNow(office, account);
    await office.takeIn(run);
    await announce(office, run, [{ itemId: "/dav/ams/1.vcf", gone: true }]);
    const { entries } = await work(office, run);
    await office.commit(run, entries.map(lost));
    return run;
  };
  const decide = (restore: boolean) =>
    office.accounts.decideLost({ account, record, restore });

  it("is marked, and comes back with the record's next agreement", async () => {
    const run = await losing();
    expect(await listed()).toMatchObject([
      { record, itemId: "/dav/ams/1.vcf", lost: Loss.NOTICED },
    ]);
    // Back as it was: no echo, somebody has to look.
    await announce(office, run, [
      { itemId: "/dav/ams/1.vcf", itemVersion: '"1"' },
    ]);
    const { entries } = await work(office, run);
    expect(entries[0]?.link?.lost).toBe(Loss.NOTICED);
    await office.commit(run, entries.map(agreed));
    expect(await listed()).toEqual([]);
  });

  it("that is there and called off is told of once in each version, and anew after a reset", async () => {
    const [itemId, itemVersion] = ["/dav/ams/1.vcf", '"2"'];
    const told = (run: RunRef, version = itemVersion) =>
      announce(office, run, [{ itemId, itemVersion: version }]);
    await office.run(account);
    const run = await beginNow(office, account);
    expect(await told(run)).toBe(1);
    for (const version of ['"2"', '"3"']) {
      const { entries } = await work(office, run);
      await office.commit(
        run,
        entries.map((entry) => calledOff(entry, version)),
      );
      expect(await told(run, version)).toBe(0);
      if (version === '"2"') expect(await told(run, '"3"')).toBe(1);
    }
    await office.end(run);
    await decide(false);
    await office.accounts.resetStream({ account, stream });
    const last = await beginNow(office, account);
    expect(await told(last, '"3"')).toBe(1);
    // It is gone: at that very version it would be back.
    const { entries } = await work(office, last);
    const there = entries.filter((entry) => entry.itemId === itemId);
    await office.commit(last, there.map(lost));
    expect(await told(last, '"3"')).toBe(1);
  });

  it("stays away where the user says so, and that outlasts a reset", async () => {
    const run = await losing();
    await office.end(run);
    await decide(false);
    await office.accounts.resetStream({ account, stream });
    const next = await office.begin(account);
    await office.takeIn(next);
    const { entries } = await work(office, next);
    const one = entries.find(({ recordId }) => recordId === "1");
    expect(one).toMatchObject({
      restore: false,
      link: { lost: Loss.LEFT, hash: "" },
    });
    // Missing it once more changes nothing.
    await office.commit(next, [lost(one!)]);
    expect(await listed()).toMatchObject([{ lost: Loss.LEFT }]);
  });

  it("is restored as if its record had changed, whatever a run under way says of it", async () => {
    const run = await losing();
    await office.append([customer(tenant, 1)]);
    await office.takeIn(run);
    const before = await work(office, run);
    await decide(true);
    await office.commit(run, before.entries.map(untouched));
    const { entries } = await work(office, run);
    expect(entries).toMatchObject([{ recordId: "1", restore: true }]);
    await office.commit(run, entries.map(agreed));
    expect(await listed()).toEqual([]);
    expect(await codeOf(decide(true))).toBe(Status.NOT_FOUND);
  });

  it("does not come back without its record", async () => {
    const run = await losing();
    await office.end(run);
    await office.append([customer(tenant, 1, { deleted: true })]);
    expect(await codeOf(decide(true))).toBe(Status.FAILED_PRECONDITION);
  });

  it("is nobody's once the stream writes elsewhere", async () => {
    const run = await losing();
    await office.end(run);
    await office.account(tenant, {
      accountId: account.accountId,
      settingsVersion: 2n,
      movedStreams: [stream],
    });
    expect(await listed()).toEqual([]);
  });
});

describe("an item without a record", () => {
  const leave = async (keys = ["k1"], candidates: string[] = []) => {
    const run = await beginNow(office, account);
    await announce(office, run, [
      { itemId: "a", itemVersion: "1" },
      { itemId: "b", itemVersion: "1" },
    ]);
    const { entries } = await work(office, run);
    await office.commit(run, [
      left(entries[0]!, keys, candidates),
      left(entries[1]!, ["k2", "k1"]),
    ]);
    return run;
  };
  const find = async (run: Awaited<ReturnType<typeof leave>>) => {
    const { found } = await office.runs.findItems({
      run,
      stream,
      keys: ["k1", "k2", "k3"],
    });
    return Object.fromEntries(found.map(({ key, itemIds }) => [key, itemIds]));
  };
  const listed = async (limit = 0, after = "") =>
    (await office.accounts.listLeft({ account, stream, limit, after })).items;
  const decide = (
    itemId: string,
    answer: NonNullable<
      Parameters<typeof office.accounts.decideItem>[0]["decision"]
    >["answer"],
  ) =>
    office.accounts.decideItem({
      account,
      stream,
      itemId,
      decision: { answer },
    });

  it("is found by its keys until it has a record, changes its keys or goes", async () => {
    const run = await leave();
    expect(await find(run)).toEqual({ k1: ["a", "b"], k2: ["b"] });
    expect((await statusOf(office, account)).unlinked).toBe(2n);
    await announce(office, run, [{ itemId: "a", itemVersion: "2" }]);
    await office.commit(run, [
      left((await work(office, run)).entries[0]!, ["k3"]),
    ]);
    expect(await find(run)).toEqual({ k1: ["b"], k2: ["b"], k3: ["a"] });
    await announce(office, run, [{ itemId: "b", gone: true }]);
    expect(await find(run)).toEqual({ k3: ["a"] });
    await office.takeIn(run);
    const { entries } = await work(office, run);
    const one = entries.find(({ recordId }) => recordId === "1")!;
    await office.commit(run, [linked(one, { itemId: "a" })]);
    expect(await find(run)).toEqual({});
    expect((await statusOf(office, account)).unlinked).toBe(0n);
  });

  it("is no news until it changes, but is looked at again when all is", async () => {
    const run = await leave();
    const same = [{ itemId: "a", itemVersion: "1" }];
    expect(await announce(office, run, same)).toBe(0);
    await office.takeIn(run);
    expect((await work(office, run)).names).toEqual(["a", "b", "1", "2"]);
    await office.commit(
      run,
      (await work(office, run)).entries.map((entry) =>
        entry.itemId === "" ? agreed(entry) : left(entry),
      ),
    );
    await office.append([customer(tenant, 1)]);
    await office.takeIn(run);
    expect((await work(office, run)).names).toEqual(["1"]);
  });

  it("is listed with what it may be, page by page", async () => {
    await leave(["k1"], ["1", "2"]);
    expect(await listed(1)).toMatchObject([
      {
        itemId: "a",
        reason: "ambiguous",
        settled: false,
        candidates: [
          { kind: KIND, recordId: "1" },
          { kind: KIND, recordId: "2" },
        ],
      },
    ]);
    expect(await listed(1, "a")).toMatchObject([
      { itemId: "b", reason: "no-category" },
    ]);
    expect(await listed(1, "b")).toEqual([]);
  });

  it("comes back with the answer of a user, and so does the record that waits for it", async () => {
    const run = await leave(["k1"], ["1"]);
    await office.takeIn(run);
    const before = await work(office, run);
    await office.commit(
      run,
      before.entries.map((entry) =>
        entry.itemId === "" ? setAside(entry) : left(entry),
      ),
    );
    expect((await work(office, run)).names).toEqual([]);
    await decide("a", {
      $case: "link",
      value: { kind: KIND, recordId: "1" },
    });
    await decide("b", { $case: "create", value: {} });
    const { entries, names } = await work(office, run);
    expect(names).toEqual(["a", "b", "1"]);
    expect(entries.map(({ decision }) => decision?.answer?.$case)).toEqual([
      "link",
      "create",
      undefined,
    ]);
    await office.commit(run, [
      imported(entries[0]!, "1"),
      imported(entries[1]!, "3"),
      untouched(entries[2]!),
    ]);
    expect(await listed()).toEqual([]);
    expect(await codeOf(decide("a", { $case: "leave", value: {} }))).toBe(
      Status.NOT_FOUND,
    );
  });

  it("is not given to a record that has an item", async () => {
    await office.run(account);
    await leave();
    const answer = {
      $case: "link",
      value: { kind: KIND, recordId: "1" },
    } as const;
    expect(await codeOf(decide("a", answer))).toBe(Status.FAILED_PRECONDITION);
    expect((await listed())[0]).toMatchObject({ settled: false });
  });

  it("stays alone where the user says so, whatever becomes of it", async () => {
    const run = await leave();
    await decide("a", { $case: "leave", value: {} });
    expect(await find(run)).toEqual({ k1: ["b"], k2: ["b"] });
    await announce(office, run, [{ itemId: "a", itemVersion: "2" }]);
    const { entries } = await work(office, run);
    expect(entries[0]?.decision?.answer?.$case).toBe("leave");
    await office.commit(run, [left(entries[0]!)]);
    expect((await listed())[0]).toMatchObject({ itemId: "a", settled: true });
  });

  it("is forgotten with a reset, and where the stream writes elsewhere", async () => {
    const run = await leave();
    await office.end(run);
    await office.accounts.resetStream({ account, stream });
    expect(await listed()).toEqual([]);
    expect((await statusOf(office, account)).unlinked).toBe(0n);
    expect(
      await state.rows(
        `select 1 from state.unlinked_key where account_id = $1`,
        [account.accountId],
      ),
    ).toEqual([]);
  });

  it("is an item: no record is left", async () => {
    const run = await office.begin(account);
    await office.takeIn(run);
    const { entries } = await work(office, run);
    expect(await codeOf(office.commit(run, [left(entries[0]!)]))).toBe(
      Status.INVALID_ARGUMENT,
    );
  });
});
