import { randomUUID } from "node:crypto";
import {
  Departure,
  StreamKind,
  System,
  WireRemoval,
  type RunRef,
} from "@ams-sync/contracts";
import { startPostgres, type Postgres } from "@ams-sync/testing";
import { Status } from "nice-grpc-common";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  agreed,
  codeOf,
  customers,
  linked,
  markSent,
  Office,
  unlinked,
} from "../testing/office.js";
import { StateUnderTest } from "../testing/state-under-test.js";

type Ref = { tenantId: string; accountId: string };
const { CONTACTS, APPOINTMENTS } = StreamKind;
const LEASE_MS = 1_500;

let postgres: Postgres;
let state: StateUnderTest;
let office: Office;
let tenant: string;
let account: Ref;
let former: Ref;
let home: string;
/** Of `home`: a connector spells items by their path. */
let path: string;

beforeAll(async () => {
  postgres = await startPostgres();
  state = await StateUnderTest.on(postgres, { LEASE_MS: String(LEASE_MS) });
});
afterAll(async () => {
  await state.stop();
  await postgres.stop();
});
beforeEach(async () => {
  office = new Office(state, `ams-${randomUUID()}`);
  tenant = randomUUID();
  home = `https://cloud.example/dav/${randomUUID()}/`;
  path = new URL(home).pathname;
  former = { tenantId: tenant, accountId: randomUUID() };
  await office.snapshot(customers(tenant, 3));
  account = await office.account(tenant, { streams: [CONTACTS, APPOINTMENTS] });
});

/** The account names another place for its contacts; what is at the old one is to go. */
const move = (settingsVersion: bigint, to = former, streams = [CONTACTS]) =>
  office.accounts.announceAccount({
    ...{ account, userId: "7", system: System.CLOUD, settingsVersion },
    ...{ streams: [CONTACTS, APPOINTMENTS], movedStreams: streams },
    formerPlaces: [{ accountId: to.accountId, streams }],
  });
const tellFormer = async (leaving = Departure.REMOVE, settingsVersion = 1n) =>
  (
    await office.accounts.announceAccount({
      ...{ account: former, userId: "7", system: System.CLOUD },
      ...{ settingsVersion, leaving },
    })
  ).ended;
const begin = async (of: Ref) => {
  await state.rows(
    `update state.schedule set due_at = now(), not_before = null where account_id = $1`,
    [of.accountId],
  );
  return office.begin(of);
};
const bind = (run: RunRef, container: string, stream = CONTACTS) =>
  office.runs.bindContainer({ run, stream, container });
/** Contacts in `container`, all linked. */
const settle = async (container = home) => {
  const run = await begin(account);
  await bind(run, container);
  await office.runs.takeInRemote({
    ...{ run, stream: CONTACTS, changes: [], token: "t1" },
  });
  await office.takeIn(run);
  const entries = await office.slice(run);
  await office.commit(
    run,
    entries.map((entry) =>
      linked(entry, {
        itemId: `${new URL(container).pathname}${entry.recordId}.vcf`,
      }),
    ),
  );
  await office.end(run);
};
/** What a run of `of` is told to delete. */
const handedOut = async (of: Ref) => {
  const run = await begin(of);
  await office.runs.takeIn({ run, stream: CONTACTS, kinds: [] });
  const entries = await office.slice(run);
  return { run, entries };
};
const itemsOf = (entries: Awaited<ReturnType<typeof handedOut>>["entries"]) =>
  entries.map(({ link, released, intent }) => [
    ...[link?.itemId.replace(path, ""), released, intent],
  ]);
const linksOf = (of: Ref) =>
  state.rows<{ item_id: string; hash: string }>(
    "select item_id, hash from state.link where account_id = $1 order by 1",
    [of.accountId],
  );

describe("a place that an account has left, where what ams put is to go", () => {
  it("becomes an account of its own that removes it, while the account begins elsewhere", async () => {
    await settle();
    await move(2n);
    const run = await begin(account);
    // The old place is another account's now.
    expect(await codeOf(bind(run, home))).toBe(Status.ALREADY_EXISTS);
    await bind(run, `${home}neu/`);
    await office.end(run);
    expect((await linksOf(account)).map(({ hash }) => hash)).toEqual([
      ...["", "", ""],
    ]);
    expect(await tellFormer()).toBe(false);
    const removing = await handedOut(former);
    expect(itemsOf(removing.entries)).toEqual(
      ["1.vcf", "2.vcf", "3.vcf"].map((item) => [
        item,
        true,
        WireRemoval.DELETE,
      ]),
    );
    await office.commit(removing.run, removing.entries.map(unlinked));
    await office.end(removing.run);
    expect(await tellFormer()).toBe(true);
    expect(await linksOf(former)).toEqual([]);
    expect(await linksOf(account)).toHaveLength(3);
  });

  it("is taken over once, however often it is told of, and by the first that is told of", async () => {
    await settle();
    await move(2n);
    await move(2n);
    const second = { tenantId: tenant, accountId: randomUUID() };
    await office.accounts.announceAccount({
      ...{ account, userId: "7", system: System.CLOUD, settingsVersion: 3n },
      ...{ streams: [CONTACTS], movedStreams: [CONTACTS] },
      formerPlaces: [former, second].map(({ accountId }) => ({
        ...{ accountId, streams: [CONTACTS] },
      })),
    });
    expect(await linksOf(former)).toHaveLength(3);
    expect(await linksOf(second)).toEqual([]);
    expect((await handedOut(former)).entries).toHaveLength(3);
  });

  it("leaves what is at a place before, which was to be left", async () => {
    await settle();
    await office.account(tenant, {
      ...{ ...account, streams: [CONTACTS], settingsVersion: 2n },
      ...{ movedStreams: [CONTACTS], credentialChanged: false },
    });
    const run = await begin(account);
    await bind(run, `${home}neu/`);
    await office.takeIn(run);
    const [first] = await office.slice(run);
    if (!first) throw new Error("nothing was handed out");
    await office.commit(run, [
      linked(first, { itemId: `${path}neu/${first.recordId}.vcf` }),
    ]);
    await office.end(run);
    await move(3n);
    expect((await linksOf(former)).map(({ item_id }) => item_id)).toEqual([
      `${path}neu/${first.recordId}.vcf`,
    ]);
  });

  it("hands over what a reset has yet to compare, and what is called off there", async () => {
    await settle();
    await state.rows(
      `update state.link set lost = 'noticed', lost_version = '"2"', lost_at = now() where account_id = $1 and record_id = 1`,
      [account.accountId],
    );
    await state.rows(
      `update state.link set lost = 'noticed', lost_at = now() where account_id = $1 and record_id = 2`,
      [account.accountId],
    );
    await state.rows(
      `update state.link set item_version = null, hash = '', fields = '{}' where account_id = $1 and record_id = 3`,
      [account.accountId],
    );
    await move(2n);
    expect((await linksOf(former)).map(({ item_id }) => item_id)).toEqual([
      ...[`${path}1.vcf`, `${path}3.vcf`],
    ]);
  });

  it("is handed over whole after a reset, what is called off there too", async () => {
    await settle();
    await state.rows(
      `update state.link set lost = 'noticed', lost_version = '"2"', lost_at = now() where account_id = $1 and record_id = 1`,
      [account.accountId],
    );
    await office.accounts.resetStream({ account, stream: CONTACTS });
    await move(2n);
    expect(await linksOf(former)).toHaveLength(3);
  });

  it("takes creates over whose answer nobody saw, and begins only when nobody can write there any more", async () => {
    const run = await begin(account);
    await bind(run, home);
    await office.takeIn(run);
    const [one, two] = await office.slice(run);
    if (!one || !two) throw new Error("nothing was handed out");
    await office.commit(run, [markSent(one), agreed(two)]);
    await move(2n);
    expect(await codeOf(office.end(run))).toBe(Status.ABORTED);
    expect(await begin(former).catch(String)).toContain("BUSY");
    await expect
      .poll(async () => (await handedOut(former)).entries.length, {
        timeout: 3 * LEASE_MS,
      })
      .toBe(2);
  });

  it("has nothing to do where nothing was put", async () => {
    await move(2n);
    const parked = await state.rows(
      "select parked from state.schedule where account_id = $1",
      [former.accountId],
    );
    expect(parked).toEqual([{ parked: true }]);
    expect(await tellFormer()).toBe(true);
    await move(3n);
    expect(await tellFormer()).toBe(true);
  });

  it("is left after all where somebody says so, and goes on where the account itself goes", async () => {
    await settle();
    await office.accounts.announceAccount({
      ...{ account, userId: "7", system: System.CLOUD, settingsVersion: 3n },
      ...{ movedStreams: [CONTACTS], leaving: Departure.LEAVE },
      formerPlaces: [{ accountId: former.accountId, streams: [CONTACTS] }],
    });
    expect(await linksOf(account)).toEqual([]);
    expect(await linksOf(former)).toHaveLength(3);
    expect(await tellFormer(Departure.LEAVE, 2n)).toBe(true);
    expect(await linksOf(former)).toEqual([]);
  });
});
