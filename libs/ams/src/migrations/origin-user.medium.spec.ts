import { logger, runMigrations } from "@ams-sync/platform";
import { startPostgres, type Postgres } from "@ams-sync/testing";
import { Client } from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { AMS_SCHEMA, migrateAms } from "../migrate-ams.js";
import { amsMigrations } from "./index.js";

const TENANTS = [
  "00000000-0000-4000-8000-00000000000a",
  "00000000-0000-4000-8000-00000000000b",
];
const BOTH = "5e2f4f0a-9f0f-4a7e-8d55-0c9d0b7a6e11";
const CONTACTS = "c0a8d9e4-2f3b-4b1a-8e6d-5a7f9c1b3d20";
const HANDED_ON = "9b1c7c52-6d3e-4c55-a4a0-2a3c1a0e7f44";

let postgres: Postgres;
let owner: Client;
beforeAll(async () => {
  postgres = await startPostgres();
  const admin = new Client({ connectionString: postgres.adminUrl });
  await admin.connect();
  // As at a hoster's: the owner of the tables is no superuser.
  await admin.query("create role ams_owner login createrole password 'geheim'");
  await admin.query("create database ams owner ams_owner");
  await admin.end();
  const url = postgres.url("ams", "ams_owner", "geheim");
  await runMigrations({
    ...{ url, schema: AMS_SCHEMA, log: logger("spec") },
    migrations: amsMigrations.slice(0, 13),
  });
  owner = new Client({ connectionString: url });
  await owner.connect();
  for (const [index, tenant] of TENANTS.entries()) {
    const [one, other] = [index * 10 + 1, index * 10 + 2];
    await owner.query(`
      select set_config('app.tenant_id', '${tenant}', false);
      insert into ams.tenant (tenant_id, name) values ('${tenant}', 'Maklerhaus Süd');
      insert into ams.user_account (tenant_id, user_id, login) values
        ('${tenant}', ${one}, 'jschäfer'), ('${tenant}', ${other}, 'äweiß');
      insert into ams.appointment (tenant_id, appointment_id, user_id) values
        ('${tenant}', 1, ${one}), ('${tenant}', 2, ${one}), ('${tenant}', 3, ${other});
      insert into ams.sync_origin (tenant_id, account_id, stream, remote_uid, kind, record_id) values
        ('${tenant}', '${BOTH}', 'appointments', 'a', 'appointment', 1),
        ('${tenant}', '${BOTH}', 'appointments', 'gone', 'appointment', 99),
        ('${tenant}', '${BOTH}', 'contacts', 'c', 'customer', 1),
        ('${tenant}', '${CONTACTS}', 'contacts', 'c', 'customer', 1),
        ('${tenant}', '${HANDED_ON}', 'appointments', 'a', 'appointment', 2),
        ('${tenant}', '${HANDED_ON}', 'appointments', 'b', 'appointment', 3),
        ('${tenant}', '${HANDED_ON}', 'contacts', 'c', 'customer', 1)`);
  }
  await migrateAms(url);
});
afterAll(async () => {
  await owner?.end();
  await postgres?.stop();
});

it.each([0, 1])(
  "what was made before is known to be its user's, in each tenant (%i)",
  async (index) => {
    await owner.query("select set_config('app.tenant_id', $1, false)", [
      TENANTS[index],
    ]);
    const { rows } = await owner.query<{ item: string; user: string | null }>(
      `select account_id || ' ' || remote_uid as item, user_id as user from ams.sync_origin`,
    );
    const [one, other] = [`${index * 10 + 1}`, `${index * 10 + 2}`];
    expect(
      Object.fromEntries(rows.map(({ item, user }) => [item, user])),
    ).toEqual({
      [`${BOTH} a`]: one,
      // An account is one user's, and where it made appointments for several, nobody knows of its other rows.
      [`${BOTH} gone`]: one,
      [`${BOTH} c`]: one,
      [`${CONTACTS} c`]: null,
      [`${HANDED_ON} a`]: one,
      [`${HANDED_ON} b`]: other,
      [`${HANDED_ON} c`]: null,
    });
  },
);

it("its owner sees no tenant's rows again afterwards", async () => {
  const { rows } = await owner.query<{ name: string }>(
    `select relname as name from pg_class where relnamespace = 'ams'::regnamespace and relkind = 'r'
     and not (relrowsecurity and relforcerowsecurity) and relname <> 'migrations'`,
  );
  expect(rows).toEqual([]);
});
