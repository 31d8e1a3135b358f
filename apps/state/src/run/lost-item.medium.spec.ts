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
  Office,
  untouched,
} from "../testing/office.js";
import { StateUnderTest } from "../testing/state-under-test.js";
import {
  announce,
  beginNow,
  calledOff,
  lost,
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
