import { randomUUID } from "node:crypto";
import {
  AccountHealth,
  BeginRunResponse_Refusal as Refusal,
  Departure,
  Origin,
  StreamKind,
  System,
  WireRemoval,
} from "@ams-sync/contracts";
import { startPostgres, type Postgres } from "@ams-sync/testing";
import { Status } from "nice-grpc-common";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  codeOf,
  customer,
  customers,
  linked,
  markSent,
  Office,
  setAside,
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
  await office.snapshot(customers(tenant, 3));
  account = await office.account(tenant);
});

const leave = async (
  leaving: Departure,
  settingsVersion = 2n,
  over: {
    of?: Ref;
    credentialChanged?: boolean;
    movedStreams?: StreamKind[];
  } = {},
): Promise<boolean> => {
  const { ended } = await office.accounts.announceAccount({
    account: over.of ?? account,
    userId: "7",
    system: System.CLOUD,
    settingsVersion,
    credentialChanged: over.credentialChanged ?? false,
    movedStreams: over.movedStreams ?? [],
    leaving,
  });
  return ended;
};
const REMOVE = Departure.REMOVE;
const LEAVE = Departure.LEAVE;

const due = () =>
  state.rows(
    `update state.schedule set due_at = now(), not_before = null where account_id = $1`,
    [account.accountId],
  );
const begin = async () => {
  await due();
  return office.begin(account);
};
/** Three links, one of each origin, in a container of its own. */
const link = async (container = `https://cloud.example/${randomUUID()}/`) => {
  const run = await begin();
  await office.runs.bindContainer({ run, stream: CONTACTS, container });
  await office.takeIn(run);
  const origins = [Origin.CREATED, Origin.ADOPTED, Origin.IMPORTED];
  const entries = await office.slice(run);
  await office.commit(
    run,
    entries.map((entry, index) => {
      const origin = origins[index] ?? Origin.CREATED;
      return linked(entry, {
        ...{ origin, itemId: `${container}${entry.recordId}.vcf` },
      });
    }),
  );
  await office.end(run);
  return container;
};
/** A run that does what it is told of. */
const undo = async () => {
  const run = await begin();
  await office.runs.takeIn({ run, stream: CONTACTS, kinds: [] });
  const entries = await office.slice(run);
  await office.commit(run, entries.map(unlinked));
  await office.end(run);
  return entries;
};
/** Rows by table that name the account; whichever tables there will be. */
const traces = async (): Promise<string[]> => {
  const tables = await state.rows<{ name: string }>(
    `select format('%I.%I', table_schema, table_name) as name from information_schema.columns
     where table_schema = 'state' and column_name = 'account_id'
       and (table_schema, table_name) in (select schemaname, tablename from pg_tables)`,
  );
  const found: string[] = [];
  for (const { name } of tables)
    if (
      (
        await state.rows(`select 1 from ${name} where account_id = $1`, [
          account.accountId,
        ])
      ).length > 0
    )
      found.push(name);
  return found;
};
const GONE = ["state.ended_account"];

describe("an account that is disconnected, its items left", () => {
  it("is forgotten at once, whatever it had, and hears no old news", async () => {
    await link();
    const run = await begin();
    await office.append([customer(tenant, 1), customer(tenant, 4)]);
    await office.takeIn(run);
    const [one, two] = await office.slice(run);
    if (!one || !two) throw new Error("nothing was handed out");
    await office.commit(run, [markSent(one), setAside(two, 60_000n)]);
    await office.end(run);
    expect(await leave(LEAVE)).toBe(true);
    expect(await traces()).toEqual(GONE);
    // Told by a replica that had read the account before.
    await office.account(tenant, { ...account, settingsVersion: 1n });
    expect(await traces()).toEqual(GONE);
    // Told again: its answer got lost.
    expect(await leave(LEAVE)).toBe(true);
    expect(
      await codeOf(office.accounts.resetStream({ account, stream: CONTACTS })),
    ).toBe(Status.NOT_FOUND);
    const { refusal } = await office.runs.beginRun({
      ...{ account, system: System.CLOUD, worker: "" },
    });
    expect(refusal).toBe(Refusal.UNKNOWN);
  });

  it("was never heard of: what is told of it later is old news", async () => {
    const never = { tenantId: tenant, accountId: randomUUID() };
    expect(await leave(LEAVE, 2n, { of: never })).toBe(true);
    await office.account(tenant, { ...never, userId: "8" });
    const { accounts } = await office.accounts.listAccounts({
      tenantId: tenant,
    });
    expect(accounts.map((one) => one.account?.accountId)).toEqual([
      account.accountId,
    ]);
  });

  it("ends only once the run under way can write no more, and gives its container up only then", async () => {
    const container = await link();
    const run = await begin();
    expect(await leave(LEAVE)).toBe(false);
    expect(await codeOf(office.takeIn(run))).toBe(Status.ABORTED);
    expect(await codeOf(office.end(run))).toBe(Status.ABORTED);
    const other = await office.account(tenant, { userId: "8" });
    const theirs = await office.begin(other);
    const bind = () =>
      office.runs.bindContainer({ run: theirs, stream: CONTACTS, container });
    expect(await codeOf(bind())).toBe(Status.ALREADY_EXISTS);
    await expect.poll(() => leave(LEAVE), { timeout: 3 * LEASE_MS }).toBe(true);
    expect(await traces()).toEqual(GONE);
    await office.runs.renewRun(theirs).catch(() => undefined);
    const again = await office.begin(other).catch(() => theirs);
    await office.runs.bindContainer({
      run: again,
      stream: CONTACTS,
      container,
    });
  });
});

describe("an account that is disconnected, its items removed", () => {
  it("hands every link out as agreed to, takes nothing in and ends with the last one", async () => {
    await link();
    await office.append([customer(tenant, 1), customer(tenant, 9)]);
    expect(await leave(REMOVE)).toBe(false);
    expect(await leave(REMOVE)).toBe(false);
    const run = await begin();
    await office.append([customer(tenant, 2), customer(tenant, 10)]);
    await office.runs.takeIn({ run, stream: CONTACTS, kinds: [] });
    const entries = await office.slice(run);
    expect(
      entries.map(({ recordId, intent, released, link: known }) => [
        ...[recordId, intent, released, known?.origin],
      ]),
    ).toEqual(
      [Origin.CREATED, Origin.ADOPTED, Origin.IMPORTED].map((origin, index) => [
        ...[String(index + 1), WireRemoval.DELETE, true, origin],
      ]),
    );
    await office.commit(
      run,
      entries
        .slice(0, 1)
        .map((entry) => ({ ...unlinked(entry), destructive: true })),
    );
    // The process dies here; what is left is handed out to the next one, still as agreed to.
    await state.rows(
      `update state.account set run_id = null, lease_until = null where account_id = $1`,
      [account.accountId],
    );
    const rest = await undo();
    expect(rest.map(({ released }) => released)).toEqual([true, true]);
    expect(await traces()).toEqual(GONE);
    expect(await leave(REMOVE)).toBe(true);
  });

  it("does not count what was agreed to, however much it is", async () => {
    await office.append(customers(tenant, 60));
    const run = await begin();
    await office.takeIn(run);
    await office.commit(
      run,
      (await office.slice(run)).map((entry) =>
        linked(entry, { itemId: `/${randomUUID()}` }),
      ),
    );
    await office.runs.bindContainer({
      run,
      stream: CONTACTS,
      container: `https://cloud.example/${randomUUID()}/`,
    });
    await office.end(run);
    await leave(REMOVE);
    const next = await begin();
    const entries = await office.slice(next);
    expect(entries).toHaveLength(60);
    expect(entries.every(({ released }) => released)).toBe(true);
    await office.commit(
      next,
      entries.map((entry) => ({ ...unlinked(entry), destructive: true })),
    );
    expect(
      await state.rows(`select 1 from state.removal where account_id = $1`, [
        account.accountId,
      ]),
    ).toEqual([]);
    await office.end(next);
    expect(await traces()).toEqual(GONE);
  });

  it("waits for the run under way, whose writes are refused, and remembers what it may have made", async () => {
    await link();
    await office.append([customer(tenant, 4), customer(tenant, 5)]);
    const run = await begin();
    await office.takeIn(run);
    const [four] = await office.slice(run);
    if (!four) throw new Error("nothing was handed out");
    await office.commit(run, [markSent(four)]);
    await leave(REMOVE);
    expect(await codeOf(office.commit(run, [linked(four)]))).toBe(
      Status.ABORTED,
    );
    const { refusal } = await office.runs.beginRun({
      ...{ account, system: System.CLOUD, worker: "" },
    });
    expect(refusal).toBe(Refusal.BUSY);
    await expect
      .poll(
        async () => (
          await due(),
          office.runs.beginRun({ account, system: System.CLOUD, worker: "" })
        ),
        { timeout: 3 * LEASE_MS },
      )
      .toMatchObject({ refusal: Refusal.UNSPECIFIED });
    await state.rows(
      `update state.account set run_id = null, lease_until = null where account_id = $1`,
      [account.accountId],
    );
    const entries = await undo();
    expect(
      Object.fromEntries(entries.map(({ recordId, sent }) => [recordId, sent])),
    ).toEqual({ 1: false, 2: false, 3: false, 4: true });
    expect(await traces()).toEqual(GONE);
  });

  it("rests where the login is refused, goes on with a new one, or leaves the rest", async () => {
    await link();
    await leave(REMOVE);
    await office.end(await begin(), {
      health: AccountHealth.NEEDS_LOGIN,
      errorKind: "auth",
      errorMessage: "no",
    });
    await due();
    expect(
      (
        await office.runs.beginRun({
          account,
          system: System.CLOUD,
          worker: "",
        })
      ).refusal,
    ).toBe(Refusal.PARKED);
    expect(await leave(REMOVE, 3n, { credentialChanged: true })).toBe(false);
    expect((await office.slice(await begin())).length).toBe(3);
    await state.rows(
      `update state.account set run_id = null, lease_until = null where account_id = $1`,
      [account.accountId],
    );
    expect(await leave(LEAVE, 4n)).toBe(true);
    expect(await leave(REMOVE, 3n)).toBe(true);
    expect(await traces()).toEqual(GONE);
  });

  it("leaves what a stream that has moved had put where nobody can reach it", async () => {
    await link();
    // Told of the move with the disconnecting itself: state was away in between.
    expect(await leave(REMOVE, 3n, { movedStreams: [CONTACTS] })).toBe(true);
    expect(await traces()).toEqual(GONE);

    account = await office.account(tenant);
    const container = await link();
    expect(await leave(REMOVE, 2n)).toBe(false);
    // A new address while it is being disconnected.
    expect(await leave(REMOVE, 3n, { movedStreams: [CONTACTS] })).toBe(true);
    expect(await traces()).toEqual(GONE);
    account = await office.account(tenant);
    await link(container);
  });

  it("goes to work though it was paused", async () => {
    await link();
    await office.account(tenant, {
      ...{ ...account, settingsVersion: 2n, streams: [] },
    });
    expect(await leave(REMOVE, 3n)).toBe(false);
    expect(await undo()).toHaveLength(3);
    expect(await traces()).toEqual(GONE);
  });

  it("takes out what a stream that is off had put there, unless another one took its container over", async () => {
    const container = await link();
    const off = (settingsVersion: bigint) =>
      office.account(tenant, {
        ...account,
        streams: [APPOINTMENTS],
        settingsVersion,
        credentialChanged: false,
      });
    await off(2n);
    await leave(REMOVE, 3n);
    const run = await begin();
    expect((await office.slice(run)).length).toBe(3);
    await state.rows(
      `update state.account set run_id = null, lease_until = null where account_id = $1`,
      [account.accountId],
    );
    expect(await leave(LEAVE, 4n)).toBe(true);

    account = await office.account(tenant);
    await link(container);
    await off(2n);
    const other = await office.account(tenant, { userId: "8" });
    await office.runs.bindContainer({
      run: await office.begin(other),
      stream: CONTACTS,
      container,
    });
    expect(await leave(REMOVE, 3n)).toBe(true);
  });
});
