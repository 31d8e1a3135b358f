import { randomUUID } from "node:crypto";
import { EncryptionKey, withTenant } from "@ams-sync/platform";
import { CredentialVault } from "@ams-sync/settings/vault";
import type { DataSource } from "typeorm";
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  it,
} from "vitest";
import type { Database } from "../database.js";
import { hosted, type Hosted } from "../testing/hosted.js";
import { rotate, type Rotation } from "./rotate.js";
import { shred } from "./shred.js";

const old = EncryptionKey.generate();
const next = EncryptionKey.generate();
const before = new CredentialVault(old);
const during = new CredentialVault(old, next);
const after = new CredentialVault(next);

let host: Hosted;
let settings: DataSource;
let keys: Database;
let replica: DataSource | undefined;

beforeAll(async () => {
  host = await hosted();
  settings = await host.service("settings");
  keys = await host.open("keys");
});
afterAll(() => host?.stop());
beforeEach(() =>
  host.superuser.query(
    "truncate settings.account, settings.credential, settings.tenant_key, settings.announcement, settings.audit_entry, settings.audited_tenant",
  ),
);
afterEach(async () => {
  if (replica?.isInitialized) await replica.destroy();
});

interface Account {
  readonly tenantId: string;
  readonly accountId: string;
}
const account = async (tenantId: string): Promise<Account> => {
  const accountId = randomUUID();
  await host.superuser.query(
    `insert into settings.account (tenant_id, account_id, user_id, system, server_url, username, policy, contacts, version)
     values ($1, $2, (select 1 + count(*) from settings.account), 'cloud', 'https://dav.example/', 'jürgen', 'ams-wins', '{}', 1)`,
    [tenantId, accountId],
  );
  return { tenantId, accountId };
};
const put = (vault: CredentialVault, of: Account, password: string) =>
  withTenant(settings, of.tenantId, (manager) =>
    vault.put(manager, of, password),
  );
const opened = async (vault: CredentialVault, of: Account) =>
  withTenant(settings, of.tenantId, async (manager) => {
    const login = await vault.login(manager, of).catch((error: unknown) => ({
      password: error instanceof Error ? error.message : "?",
    }));
    return login?.password;
  });
const wrappedOf = async (tenantId: string): Promise<string> => {
  const { rows } = await host.superuser.query(
    "select wrapped from settings.tenant_key where tenant_id = $1",
    [tenantId],
  );
  return rows[0].wrapped;
};
/** Each with two logins, under the old key. */
const tenants = async (count: number): Promise<Account[]> => {
  const made: Account[] = [];
  for (let n = 0; n < count; n += 1) {
    const tenantId = randomUUID();
    for (let m = 0; m < 2; m += 1) {
      const one = await account(tenantId);
      await put(before, one, `geheim-${one.accountId}`);
      made.push(one);
    }
  }
  return made;
};
const rotating = (how: Partial<Rotation> = {}) =>
  rotate({
    ...{ database: keys, from: old, to: next, data: false },
    onProgress: () => undefined,
    signal: new AbortController().signal,
    ...how,
  });
const UNKNOWN = /not loaded/;

describe("a rotation of the master key", () => {
  it("wraps every tenant's key anew, seals nothing anew, and opens all at the end", async () => {
    const all = await tenants(3);
    const steps: [number, number][] = [];
    const sealed = async () =>
      (await host.superuser.query("select sealed from settings.credential"))
        .rows;
    const was = await sealed();
    expect(
      await rotating({ onProgress: (done, of) => steps.push([done, of]) }),
    ).toEqual({ ok: true, tenants: 3, changed: 3, logins: 6 });
    expect(await sealed()).toEqual(was);
    for (const one of all) {
      const password = `geheim-${one.accountId}`;
      expect(await opened(after, one)).toBe(password);
      expect(await opened(during, one)).toBe(password);
      expect(await opened(before, one)).toMatch(UNKNOWN);
    }
    expect(steps.at(-1)).toEqual([6, 6]);
    expect(await rotating()).toMatchObject({ ok: true, changed: 0 });
  });

  it("goes on where it was killed, and both halves open meanwhile", async () => {
    const all = await tenants(4);
    const broken = new AbortController();
    const result = await rotating({
      signal: broken.signal,
      onProgress: (done) => done === 2 && broken.abort(),
    });
    expect(result).toMatchObject({ ok: false, kind: "broken-off" });
    for (const one of all)
      expect(await opened(during, one)).toBe(`geheim-${one.accountId}`);
    expect(await rotating()).toMatchObject({ ok: true, changed: 2, logins: 8 });
  });

  it("survives a connection that dies in a tenant's midst", async () => {
    const [one] = await tenants(2);
    const dying = await host.open("keys");
    const holder = host.superuser;
    await holder.query("begin");
    await holder.query("select 1 from settings.tenant_key for update");
    const failed = rotating({ database: dying }).then(
      () => "done",
      (error: unknown) => String(error),
    );
    await expect
      .poll(async () => {
        const { rows } = await keys.query(
          "select 1 from pg_locks where not granted",
        );
        return rows.length;
      })
      .toBe(1);
    await holder.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'ams-sync hosting' and usename = 'keys_login' and wait_event_type = 'Lock'",
    );
    await holder.query("commit");
    expect(await failed).toMatch(/terminat/);
    expect(await opened(during, one!)).toBe(`geheim-${one!.accountId}`);
    expect(await rotating()).toMatchObject({ ok: true, changed: 2 });
  });

  it("changes nothing while a replica of settings lacks the new key", async () => {
    const [one] = await tenants(1);
    for (const name of ["settings", `settings keys ${before.keyIds}`]) {
      replica = await host.service("settings", name);
      const result = await rotating();
      expect(result).toMatchObject({ ok: false, kind: "replicas-lack-key" });
      expect(await opened(before, one!)).toBe(`geheim-${one!.accountId}`);
      await replica.destroy();
    }
    replica = await host.service("settings", `settings keys ${during.keyIds}`);
    expect(await rotating()).toMatchObject({ ok: true });
  });

  it("says what cannot be opened, does the rest, and is not done", async () => {
    const [one, , other] = await tenants(3);
    const foreign = randomUUID();
    await host.superuser.query(
      `update settings.tenant_key set wrapped = $2 where tenant_id = $1`,
      [one!.tenantId, await wrappedOf(other!.tenantId)],
    );
    await host.superuser.query(
      `insert into settings.tenant_key values ($1, '1.0123456789abcdef.AAAA.BBBB.CCCC')`,
      [foreign],
    );
    const result = await rotating();
    if (result.ok || result.kind !== "not-opened") throw new Error("it is not");
    expect(result.message).toContain(one!.accountId);
    expect(result.message).toContain(foreign);
    expect(result.message).not.toContain("geheim");
    expect(await opened(after, other!)).toBe(`geheim-${other!.accountId}`);
  });

  it("makes the keys of new tenants under the new one", async () => {
    const one = await account(randomUUID());
    await put(during, one, "neu");
    expect(await opened(after, one)).toBe("neu");
  });
});

describe("new data keys", () => {
  it("seal every login anew, under the same or another master key", async () => {
    const all = await tenants(2);
    await host.superuser.query(
      "create temp table stolen as select k.tenant_id, k.wrapped, c.account_id, c.sealed from settings.tenant_key k join settings.credential c using (tenant_id)",
    );
    expect(await rotating({ to: old, data: true })).toEqual({
      ...{ ok: true, tenants: 2, changed: 2, logins: 4 },
    });
    const { rows } = await host.superuser.query(
      "select 1 from stolen s join settings.credential c using (account_id) where c.sealed = s.sealed",
    );
    expect(rows).toEqual([]);
    expect(await rotating({ data: true })).toMatchObject({ changed: 2 });
    for (const one of all)
      expect(await opened(after, one)).toBe(`geheim-${one.accountId}`);
    // A stolen data key opens nothing of what is stored now.
    const [one] = all;
    await host.superuser.query(
      "update settings.tenant_key k set wrapped = s.wrapped from stolen s where s.tenant_id = k.tenant_id",
    );
    expect(await opened(before, one!)).toMatch(UNKNOWN);
    await host.superuser.query("drop table stolen");
  });

  it("wait for a password that is being stored, which opens afterwards", async () => {
    const [one] = await tenants(1);
    let rotation: Promise<unknown> | undefined;
    await withTenant(settings, one!.tenantId, async (manager) => {
      await during.put(manager, one!, "eben");
      rotation = rotating({ data: true });
      await expect
        .poll(async () => {
          const { rows } = await host.superuser.query(
            "select 1 from pg_locks where not granted",
          );
          return rows.length;
        })
        .toBe(1);
    });
    expect(await rotation).toMatchObject({ ok: true, logins: 2 });
    expect(await opened(after, one!)).toBe("eben");
  });

  it("make a password that comes meanwhile wait, so that it is sealed with the new one", async () => {
    const [one] = await tenants(1);
    const { tenantId } = one!;
    const changer = host.superuser;
    await changer.query("begin");
    await changer.query(
      "select 1 from settings.tenant_key where tenant_id = $1 for update",
      [tenantId],
    );
    const storing = put(during, one!, "gleich");
    await expect
      .poll(async () => {
        const { rows } = await keys.query(
          "select 1 from pg_locks where not granted",
        );
        return rows.length;
      })
      .toBe(1);
    await changer.query("commit");
    await storing;
    expect(await opened(during, one!)).toBe("gleich");
  });
});

describe("the role of the rotation", () => {
  it("reads what is sealed, and nothing of anybody", async () => {
    await tenants(1);
    const { rows } = await host.superuser.query<{ name: string }>(
      `select n.nspname || '.' || c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where n.nspname in ('settings', 'state') and c.relkind = 'r'`,
    );
    const readable: string[] = [];
    for (const { name } of rows)
      await keys.query(`select * from ${name}`).then(
        () => readable.push(name),
        () => undefined,
      );
    expect(readable.toSorted()).toEqual([
      "settings.credential",
      "settings.tenant_key",
    ]);
    for (const sql of [
      "delete from settings.tenant_key",
      "delete from settings.credential",
      "update settings.credential set account_id = account_id",
    ])
      await expect(keys.query(sql)).rejects.toThrow(/permission denied/);
  });
});

describe("shredding", () => {
  it("destroys the tenant's key and logins, and has state hear of each account", async () => {
    const [one, two, other] = await tenants(2);
    const without = await account(one!.tenantId);
    const database = await host.open("tenants");
    expect(await shred(database, one!.tenantId)).toEqual({
      ...{ ok: true, logins: 2 },
    });
    expect(await opened(before, one!)).toBeUndefined();
    expect(await opened(before, other!)).toBe(`geheim-${other!.accountId}`);
    const { rows } = await host.superuser.query(
      `select n.account_id, n.version, n.credential_changed, a.version as saved from settings.announcement n
       join settings.account a using (tenant_id, account_id) order by 1`,
    );
    expect(rows).toEqual(
      [one!.accountId, two!.accountId].toSorted().map((accountId) => ({
        ...{ account_id: accountId, version: "2", saved: "2" },
        credential_changed: true,
      })),
    );
    expect(rows).not.toContainEqual(
      expect.objectContaining({ account_id: without.accountId }),
    );
    const { rows: trail } = await host.superuser.query(
      "select by_name, changes from settings.audit_entry",
    );
    expect(trail).toHaveLength(2);
    expect(await shred(database, one!.tenantId)).toMatchObject({
      ...{ ok: false, kind: "nothing-stored" },
    });
    // A user who enters the password anew gets a new key.
    await put(before, one!, "neu");
    expect(await opened(before, one!)).toBe("neu");
  });

  it("an old backup opens with the old master key, and no more once that was rotated and destroyed", async () => {
    const [one] = await tenants(1);
    await host.superuser.query(
      "create temp table backup as select k.tenant_id, k.wrapped, c.account_id, c.sealed from settings.tenant_key k join settings.credential c using (tenant_id)",
    );
    await shred(await host.open("tenants"), one!.tenantId);
    await rotating();
    await host.superuser.query(
      `insert into settings.tenant_key select distinct tenant_id, wrapped from backup;
       insert into settings.credential select tenant_id, account_id, sealed from backup;
       drop table backup`,
    );
    expect(await opened(before, one!)).toBe(`geheim-${one!.accountId}`);
    expect(await opened(after, one!)).toMatch(UNKNOWN);
  });
});
