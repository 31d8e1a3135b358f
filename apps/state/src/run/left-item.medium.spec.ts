import { randomUUID } from "node:crypto";
import { RecordKind, StreamKind } from "@ams-sync/contracts";
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
  imported,
  left,
  statusOf,
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
