import { randomUUID } from "node:crypto";
import {
  AccountHealth,
  StreamKind,
  System,
  type AccountStatus,
} from "@ams-sync/contracts";
import { startPostgres, type Postgres } from "@ams-sync/testing";
import { Status } from "nice-grpc-common";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  codeOf,
  customer,
  customers,
  linked,
  Office,
  setAside,
  unlinked,
} from "../testing/office.js";
import { StateUnderTest } from "../testing/state-under-test.js";

let postgres: Postgres;
let state: StateUnderTest;
let office: Office;
let tenant: string;

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
});

const { CONTACTS, APPOINTMENTS } = StreamKind;
const list = async (): Promise<AccountStatus[]> =>
  (await office.accounts.listAccounts({ tenantId: tenant })).accounts;
const kinds = (status: AccountStatus | undefined) =>
  status?.streams.map(({ kind }) => kind);

describe("announcing", () => {
  it("makes an account due with all it has to do", async () => {
    const account = await office.account(tenant, {
      streams: [APPOINTMENTS, CONTACTS],
    });
    const [status] = await list();
    expect(status).toMatchObject({
      account,
      userId: "7",
      system: System.CLOUD,
      health: AccountHealth.OK,
      running: false,
    });
    expect(kinds(status)).toEqual([CONTACTS, APPOINTMENTS]);
    expect(status?.dueAt?.getTime()).toBeLessThanOrEqual(Date.now());
  });

  it("is idempotent and ignores what is older", async () => {
    const account = await office.account(tenant, { settingsVersion: 5n });
    await office.run(account);
    const announce = (settingsVersion: bigint, streams = [CONTACTS]) =>
      office.account(tenant, { ...account, settingsVersion, streams });
    await announce(5n);
    await announce(4n, [APPOINTMENTS]);
    const [status] = await list();
    expect(kinds(status)).toEqual([CONTACTS]);
    expect(status?.dueAt?.getTime()).toBeGreaterThan(Date.now());
    await announce(6n);
    const { worked } = await office.run(account);
    expect(worked.every(({ link }) => link !== undefined)).toBe(true);
    expect(worked).toHaveLength(3);
  });

  it("may be told by two at once", async () => {
    const accountId = randomUUID();
    const tell = (settingsVersion: bigint) =>
      office.account(tenant, { accountId, settingsVersion });
    await Promise.all([tell(1n), tell(2n), tell(3n), tell(2n)]);
    expect(await list()).toHaveLength(1);
    const begun = await office.runs.beginRun({
      account: { tenantId: tenant, accountId },
      system: System.CLOUD,
      worker: "",
    });
    expect(begun.settingsVersion).toBe(3n);
  });

  it("hears of a new credential even when a newer version came first", async () => {
    const account = await office.account(tenant);
    const run = await office.begin(account);
    await office.end(run, {
      health: AccountHealth.NEEDS_LOGIN,
      errorKind: "auth",
    });
    const tell = (settingsVersion: bigint, credentialChanged: boolean) =>
      office.account(tenant, {
        ...account,
        settingsVersion,
        credentialChanged,
      });
    await tell(3n, false);
    expect((await list())[0]?.health).toBe(AccountHealth.NEEDS_LOGIN);
    await tell(2n, true);
    expect((await list())[0]).toMatchObject({
      health: AccountHealth.OK,
      errorKind: "",
    });
    expect((await office.run(account)).worked).toHaveLength(3);
  });

  it("does not unpark for a repeat of the announcement before the refusal", async () => {
    const account = await office.account(tenant);
    const run = await office.begin(account);
    await office.end(run, {
      health: AccountHealth.NEEDS_LOGIN,
      errorKind: "auth",
    });
    await office.account(tenant, account);
    expect((await list())[0]?.health).toBe(AccountHealth.NEEDS_LOGIN);
  });

  it("switches streams off and on again, with their links", async () => {
    const account = await office.account(tenant);
    await office.run(account);
    const tell = (settingsVersion: bigint, streams: StreamKind[]) =>
      office.account(tenant, { ...account, settingsVersion, streams });
    await tell(2n, []);
    const [off] = await list();
    expect(kinds(off)).toEqual([]);
    expect(off?.health).toBe(AccountHealth.PAUSED);
    expect(await office.begin(account).catch(String)).toContain("PARKED");
    expect((await office.append([customer(tenant, 1)])).wakeUps).toEqual([]);
    await tell(3n, []);
    expect((await list())[0]?.health).toBe(AccountHealth.PAUSED);
    await tell(4n, [CONTACTS]);
    expect((await list())[0]?.health).toBe(AccountHealth.OK);
    const { worked } = await office.run(account);
    expect(worked.filter(({ link }) => link !== undefined)).toHaveLength(3);
  });

  it("rests where nothing is on, whatever was wrong, and begins anew", async () => {
    const account = await office.account(tenant);
    const tell = (settingsVersion: bigint, streams: StreamKind[]) =>
      office.account(tenant, {
        ...{ ...account, settingsVersion, streams },
        credentialChanged: false,
      });
    await office.end(await office.begin(account), {
      health: AccountHealth.NEEDS_LOGIN,
      errorKind: "auth",
      errorMessage: "User name or password is wrong.",
    });
    await tell(2n, [CONTACTS]);
    expect((await list())[0]?.health).toBe(AccountHealth.NEEDS_LOGIN);
    await tell(3n, []);
    expect((await list())[0]).toMatchObject({
      health: AccountHealth.PAUSED,
      errorKind: "",
      dueAt: undefined,
    });
    await tell(4n, [APPOINTMENTS]);
    expect((await list())[0]).toMatchObject({
      health: AccountHealth.OK,
      dueAt: expect.any(Date),
    });
  });

  it("is no run's to pause", async () => {
    const account = await office.account(tenant);
    const run = await office.begin(account);
    const paused = { health: AccountHealth.PAUSED };
    expect(await codeOf(office.end(run, paused))).toBe(Status.INVALID_ARGUMENT);
  });

  it("refuses to make one account another's", async () => {
    const account = await office.account(tenant);
    const changed = (over: object) =>
      office.account(tenant, { ...account, settingsVersion: 2n, ...over });
    for (const over of [{ userId: "8" }, { system: System.OUTLOOK }])
      expect(await codeOf(changed(over))).toBe(Status.FAILED_PRECONDITION);
  });

  it.each([
    ["account.account_id", { accountId: "4711" }],
    ["user_id", { userId: "Müller" }],
    ["system", { system: System.UNSPECIFIED }],
    ["streams[1]", { streams: [CONTACTS, StreamKind.UNSPECIFIED] }],
    ["settings_version", { settingsVersion: -1n }],
  ])("names %s", async (field, over) => {
    const failure: Error = await office.account(tenant, over).then(
      () => new Error("was not refused"),
      (error: Error) => error,
    );
    expect(failure).toMatchObject({ code: Status.INVALID_ARGUMENT });
    expect(failure.message).toContain(`${field} `);
    expect(await list()).toEqual([]);
  });
});

describe("resetting", () => {
  it("takes everything in anew; links stay, without their versions", async () => {
    const account = await office.account(tenant);
    await office.run(account);
    await office.accounts.resetStream({ account, stream: CONTACTS });
    expect((await list())[0]?.streams[0]).toMatchObject({
      takenIn: false,
      links: 3n,
    });
    const { worked } = await office.run(account);
    // A base that stayed would tell the planner that nothing is to be sent.
    expect(
      worked.map(({ link }) => [
        link?.recordId,
        link?.itemVersion,
        link?.hash,
        link?.fields,
      ]),
    ).toEqual([
      ["1", undefined, "", "{}"],
      ["2", undefined, "", "{}"],
      ["3", undefined, "", "{}"],
    ]);
    expect((await list())[0]?.streams[0]?.takenIn).toBe(true);
  });

  it("knows streams that there are", async () => {
    const account = await office.account(tenant);
    const reset = (over: object) =>
      office.accounts.resetStream({ account, stream: CONTACTS, ...over });
    const stranger = { tenantId: tenant, accountId: randomUUID() };
    for (const over of [{ stream: APPOINTMENTS }, { account: stranger }])
      expect(await codeOf(reset(over))).toBe(Status.NOT_FOUND);
  });
});

describe("what people see", () => {
  it("is what stands in inbox and links, at every moment", async () => {
    const account = await office.account(tenant);
    const sizes = async () => {
      const [stream] = (await list())[0]?.streams ?? [];
      const [truth] = await state.rows<Record<string, string>>(
        `select (select count(*) from state.inbox where account_id = $1 and state = 'pending') as pending,
           (select count(*) from state.inbox where account_id = $1 and state = 'set-aside') as set_aside,
           (select count(*) from state.link where account_id = $1) as links`,
        [account.accountId],
      );
      const seen = [stream?.pending, stream?.setAside, stream?.links];
      expect(seen.map(String)).toEqual(Object.values(truth ?? {}));
      return seen.map(Number);
    };
    expect(await sizes()).toEqual([0, 0, 0]);
    const run = await office.begin(account);
    await office.takeIn(run);
    expect(await sizes()).toEqual([3, 0, 0]);
    expect((await list())[0]?.running).toBe(true);
    const [one, two, three] = await office.slice(run);
    await office.commit(run, [linked(one!), setAside(two!)]);
    expect(await sizes()).toEqual([1, 1, 1]);
    await office.append([customer(tenant, 2), customer(tenant, 9)]);
    await office.takeIn(run);
    expect(await sizes()).toEqual([3, 0, 1]);
    await office.commit(run, [linked(three!), linked(one!)]);
    expect(await sizes()).toEqual([2, 0, 2]);
    await office.append([customer(tenant, 1, { deleted: true })]);
    await office.takeIn(run);
    await office.commit(run, (await office.slice(run)).map(unlinkedOrAside));
    expect(await sizes()).toEqual([0, 2, 1]);
  });

  it("lists what is set aside with its reason", async () => {
    const account = await office.account(tenant);
    const run = await office.begin(account);
    await office.takeIn(run);
    const [one, two] = await office.slice(run);
    await office.commit(run, [setAside(one!), setAside(two!, 60_000n)]);
    const { entries } = await office.accounts.listSetAside({
      account,
      limit: 0,
    });
    expect(entries).toMatchObject([
      {
        recordId: "1",
        code: "too-long",
        message: "Der Name ist zu lang.",
        attempts: 1,
        nextAttemptAt: undefined,
      },
      { recordId: "2", nextAttemptAt: expect.any(Date) },
    ]);
    const limited = await office.accounts.listSetAside({ account, limit: 1 });
    expect(limited.entries).toHaveLength(1);
  });

  it("is a tenant's own", async () => {
    await office.account(tenant);
    const { accounts } = await office.accounts.listAccounts({
      tenantId: randomUUID(),
    });
    expect(accounts).toEqual([]);
  });

  const unlinkedOrAside = (entry: Parameters<typeof setAside>[0]) =>
    entry.gone ? unlinked(entry) : setAside(entry);
});
