import { randomUUID } from "node:crypto";
import {
  createDataSource,
  EncryptionKey,
  runMigrations,
  withTenant,
} from "@ams-sync/platform";
import { startPostgres, type Postgres } from "@ams-sync/testing";
import type { System } from "@ams-sync/sync-core";
import type { DataSource } from "typeorm";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { CredentialVault } from "./credential-vault.js";
import { migrations } from "./migrations/index.js";

const vault = new CredentialVault(EncryptionKey.generate());
let postgres: Postgres;
let database: DataSource;
let account: { tenantId: string; accountId: string };

beforeAll(async () => {
  postgres = await startPostgres();
  const url = await postgres.createDatabase("settings");
  const log = { info: () => undefined };
  await runMigrations({ url, schema: "settings", migrations, log });
  const owner = createDataSource({ url, applicationName: "spec" });
  await owner.initialize();
  await owner.query(
    `create role settings_login login password 'test' in role ams_sync_settings`,
  );
  await owner.destroy();
  // Whom row-level security binds, as in production.
  database = createDataSource({
    url: postgres.url("settings", "settings_login", "test"),
    applicationName: "spec",
  });
  await database.initialize();
});
afterAll(async () => {
  await database.destroy();
  await postgres.stop();
});
beforeEach(async () => {
  account = { tenantId: randomUUID(), accountId: randomUUID() };
  await withTenant(database, account.tenantId, async (manager) => {
    await manager.query(
      `insert into settings.account (tenant_id, account_id, user_id, system, server_url, username, policy, version)
       values ($1, $2, 7, 'outlook', 'https://graph.microsoft.com/', 'anna@makler.example', 'ams-wins', 3)`,
      [account.tenantId, account.accountId],
    );
    await vault.put(manager, account, "typed");
  });
});

const stored = () =>
  withTenant(database, account.tenantId, (manager) =>
    vault.login(manager, account),
  );
const put = (password: string) =>
  withTenant(database, account.tenantId, (manager) =>
    vault.put(manager, account, password),
  );
const renew = (
  revision: string,
  password: string,
  system: System = "outlook",
) =>
  withTenant(database, account.tenantId, (manager) =>
    vault.renew(manager, account, { system, revision, password }),
  );

it("puts what was renewed in place of what was handed out, once, and keeps the version of the settings", async () => {
  const { revision = "" } = (await stored()) ?? {};
  const next = await renew(revision, "renewed");
  expect(await stored()).toMatchObject({
    ...{ password: "renewed", version: 3n, revision: next },
  });
  expect(await renew(revision, "late")).toBeUndefined();
  expect(await renew(next ?? "", "renewed again")).toBeDefined();
  expect((await stored())?.password).toBe("renewed again");
});

it("a login that somebody typed meanwhile stays, also where it is the same text", async () => {
  const { revision = "" } = (await stored()) ?? {};
  await put("typed");
  expect(await renew(revision, "renewed")).toBeUndefined();
  expect((await stored())?.password).toBe("typed");
});

it("of two at the same moment one is stored", async () => {
  const { revision = "" } = (await stored()) ?? {};
  const both = await Promise.all([
    renew(revision, "one"),
    renew(revision, "other"),
  ]);
  expect(both.filter((one) => one !== undefined)).toHaveLength(1);
});

it("nothing is stored for an account that has no login any more, nor for one of another system or tenant", async () => {
  const { revision = "" } = (await stored()) ?? {};
  expect(await renew(revision, "x", "cloud")).toBeUndefined();
  const elsewhere = { ...account, tenantId: randomUUID() };
  const asOther = await withTenant(database, elsewhere.tenantId, (manager) =>
    vault.renew(manager, elsewhere, {
      ...{ system: "outlook", revision, password: "x" },
    }),
  );
  expect(asOther).toBeUndefined();
  await withTenant(database, account.tenantId, (manager) =>
    manager.query("delete from settings.credential"),
  );
  expect(await renew(revision, "x")).toBeUndefined();
  expect(await stored()).toBeUndefined();
});
