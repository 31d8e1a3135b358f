import { randomUUID } from "node:crypto";
import { ConflictPolicy, StreamKind } from "@ams-sync/contracts";
import { Status } from "nice-grpc-common";
import {
  afterAll,
  beforeAll,
  beforeEach,
  describe,
  expect,
  test,
} from "vitest";
import {
  codeOf,
  PASSWORD,
  request,
  settingsOverGrpc,
  type SettingsOverGrpc,
} from "./testing/settings-over-grpc.js";

let office: SettingsOverGrpc;
let state: SettingsOverGrpc["state"];
let as: SettingsOverGrpc["as"];
beforeAll(async () => {
  office = await settingsOverGrpc();
  ({ state, as } = office);
});
afterAll(() => office?.stop());
beforeEach(() => office.anew());

describe("saving", () => {
  test("stores the account, tells state, and gives it back without the password", async () => {
    const wanted = request();
    const saved = await as("console").saveAccount(wanted);
    expect(saved).toMatchObject({
      version: 1n,
      policy: ConflictPolicy.AMS_WINS,
      username: "jürgen",
      contacts: { tags: ["VIP"], companies: false },
    });
    expect(saved.appointments).toBeUndefined();
    const answers = JSON.stringify(
      [
        saved,
        await as("console").getAccount({ account: saved.account }),
        await as("console").listAccounts({
          tenantId: saved.account?.tenantId ?? "",
        }),
      ],
      (_key, value: unknown) =>
        typeof value === "bigint" ? String(value) : value,
    );
    expect(answers).not.toContain(PASSWORD);
    expect(state.told).toMatchObject([
      {
        account: saved.account,
        userId: "7",
        streams: [StreamKind.CONTACTS],
        settingsVersion: 1n,
        credentialChanged: true,
      },
    ]);
  });

  test("a state that is down hears of it later, exactly the newest", async () => {
    state.down = true;
    const wanted = request();
    const first = await as("console").saveAccount(wanted);
    await as("console").saveAccount({
      ...wanted,
      account: {
        ...first,
        appointments: { maxAgeDays: 30, editedSince: "", container: "" },
      },
      expectedVersion: 1n,
      password: "",
    });
    expect(state.told).toEqual([]);
    state.down = false;
    await office.announcer.flush();
    await office.announcer.flush();
    const told = state.told.filter(
      ({ account }) => account?.accountId === first.account?.accountId,
    );
    expect(told).toMatchObject([
      {
        settingsVersion: 2n,
        credentialChanged: true,
        streams: [StreamKind.CONTACTS, StreamKind.APPOINTMENTS],
      },
    ]);
  });

  test("an announcement that state refuses holds up none behind it", async () => {
    state.down = true;
    const saved = [
      await as("console").saveAccount(request()),
      await as("console").saveAccount(request()),
    ].map(({ account }) => account?.accountId);
    Object.assign(state, { down: false, refuses: 1 });
    await office.announcer.flush();
    const told = () => state.told.map(({ account }) => account?.accountId);
    expect(told()).toHaveLength(1);
    await office.announcer.flush();
    expect(told().toSorted()).toEqual(saved.toSorted());
  });

  test("an old version changes nothing", async () => {
    const wanted = request();
    const saved = await as("console").saveAccount(wanted);
    const again = { ...wanted, account: { ...saved, username: "other" } };
    expect(await codeOf(as("console").saveAccount(again))).toBe(
      Status.FAILED_PRECONDITION,
    );
    expect(await as("console").getAccount({ account: saved.account })).toEqual(
      saved,
    );
  });

  test("a stored password does not follow to another address", async () => {
    const wanted = request();
    const saved = await as("console").saveAccount(wanted);
    const moved = {
      account: { ...saved, serverUrl: "https://elsewhere.example/" },
      expectedVersion: 1n,
      password: "",
    };
    await expect(as("console").saveAccount(moved)).rejects.toThrow(/password/);
    expect(
      (await as("console").getAccount({ account: saved.account })).serverUrl,
    ).toBe("https://cloud.example/dav/");
  });

  test("one target per kind and user, also when two are saved at once (R06-R08)", async () => {
    const tenantId = randomUUID();
    const outcomes = await Promise.all(
      [request({ tenantId }), request({ tenantId })].map((each) =>
        codeOf(as("console").saveAccount(each)),
      ),
    );
    expect(outcomes.sort()).toEqual([Status.FAILED_PRECONDITION, "ok"].sort());
    expect(
      await codeOf(
        as("console").saveAccount(request({ tenantId, userId: "8" })),
      ),
    ).toBe("ok");
  });

  test("every bad option is named, none of their values, and nothing is stored", async () => {
    const bad = request();
    bad.account = {
      ...bad.account!,
      serverUrl: "ftp://jürgen:geheim@host/",
      username: "",
      appointments: {
        maxAgeDays: -1,
        editedSince: "31.01.2024",
        container: "",
        ownerIds: [],
      },
    };
    const refusal = await as("console")
      .saveAccount(bad)
      .catch((error: Error) => error.message);
    expect(refusal).toMatch(/account\.serverUrl/);
    expect(refusal).toMatch(/account\.username/);
    expect(refusal).toMatch(/account\.appointments\.maxAgeDays/);
    expect(refusal).toMatch(/account\.appointments\.editedSince/);
    expect(refusal).not.toMatch(/geheim|31\.01/);
    expect(
      await codeOf(as("console").getAccount({ account: bad.account.account })),
    ).toBe(Status.NOT_FOUND);
  });
});

describe("credentials", () => {
  test("only for the connector that holds the run", async () => {
    const { account } = await as("console").saveAccount(request());
    const held = randomUUID();
    state.heldRun = held;
    const ask = (name: Parameters<typeof as>[0], runId: string) =>
      as(name).getCredential({ account, runId });
    expect(await ask("cloud-connector", held)).toEqual({
      username: "jürgen",
      password: PASSWORD,
      settingsVersion: 1n,
      revision: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    type Name = Parameters<typeof as>[0];
    const renew = async (name: Name, runId: string, password: string) => {
      const { revision } = await ask("cloud-connector", held);
      const told = { account, runId, revision, password };
      return as(name).renewCredential(told);
    };
    const { revision } = await renew("cloud-connector", held, "Erneuert-ß");
    expect(await ask("cloud-connector", held)).toMatchObject({
      ...{ password: "Erneuert-ß", settingsVersion: 1n, revision },
    });
    // Here state says of every system that it holds the run.
    expect((await renew("outlook-connector", held, "fremd")).revision).toBe("");
    for (const [name, runId] of [
      ["cloud-connector", randomUUID()],
      ["console", held],
    ] as const)
      expect(await codeOf(renew(name, runId, "fremd"))).toBe(
        Status.PERMISSION_DENIED,
      );
    expect((await ask("cloud-connector", held)).password).toBe("Erneuert-ß");
    expect(await codeOf(ask("cloud-connector", randomUUID()))).toBe(
      Status.PERMISSION_DENIED,
    );
    expect(await codeOf(ask("outlook-connector", held))).toBe(
      Status.PERMISSION_DENIED,
    );
    expect(await codeOf(ask("console", held))).toBe(Status.PERMISSION_DENIED);
    expect(await codeOf(as("cloud-connector").saveAccount(request()))).toBe(
      Status.PERMISSION_DENIED,
    );
  });

  test("the database holds no password in any readable form, and a row moved elsewhere does not open", async () => {
    const tenantId = randomUUID();
    const mine = await as("console").saveAccount(
      request({ tenantId, userId: "1" }),
    );
    const other = await as("console").saveAccount(
      request({ tenantId, userId: "2" }),
    );
    const { rows } = await office.owner.query<{ dump: string }>(
      `select string_agg(t::text, ' ') as dump from (
         select c::text as t from settings.credential c union all select k::text from settings.tenant_key k
         union all select a::text from settings.account a) all_rows`,
    );
    const dump = rows[0]?.dump ?? "";
    for (const form of ["utf8", "hex", "base64", "base64url"] as const)
      expect(dump).not.toContain(Buffer.from(PASSWORD).toString(form));
    await office.owner.query(
      `update settings.credential set sealed = (select sealed from settings.credential where account_id = $1) where account_id = $2`,
      [mine.account?.accountId, other.account?.accountId],
    );
    state.heldRun = randomUUID();
    expect(
      await codeOf(
        as("cloud-connector").getCredential({
          account: other.account,
          runId: state.heldRun,
        }),
      ),
    ).not.toBe("ok");
  });
});

describe("tenants", () => {
  test("another tenant's id finds nothing, and raw SQL through the service's login sees no row of any table", async () => {
    const saved = await as("console").saveAccount(request());
    const account = {
      tenantId: randomUUID(),
      accountId: saved.account?.accountId ?? "",
    };
    expect(await codeOf(as("console").getAccount({ account }))).toBe(
      Status.NOT_FOUND,
    );

    const { rows: tables } = await office.owner.query<{
      name: string;
      forced: boolean;
    }>(
      `select relname as name, relrowsecurity and relforcerowsecurity as forced from pg_class
        where relnamespace = 'settings'::regnamespace and relkind = 'r' and relname <> 'migrations'`,
    );
    expect(tables.map(({ name }) => name).sort()).toEqual([
      "account",
      "announcement",
      "audit_entry",
      "audited_tenant",
      "credential",
      "erased_tenant",
      "login_try",
      "tenant_key",
    ]);
    expect(tables.every(({ forced }) => forced)).toBe(true);
    for (const name of ["account", "credential", "tenant_key", "audit_entry"]) {
      expect(
        await office.dataSource.query(`select * from settings.${name}`),
      ).toEqual([]);
      await office.dataSource.transaction(async (manager) => {
        await manager.query(`select set_config('app.tenant_id', $1, true)`, [
          account.tenantId,
        ]);
        expect(await manager.query(`select * from settings.${name}`)).toEqual(
          [],
        );
        expect(
          await manager.query(`delete from settings.${name} returning 1`),
        ).toEqual([[], 0]);
      });
    }
  });
});
