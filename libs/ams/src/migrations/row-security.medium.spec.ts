import { startPostgres, type Postgres } from "@ams-sync/testing";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { migrateAms } from "../migrate-ams.js";

const A = "00000000-0000-4000-8000-00000000000a";
const B = "00000000-0000-4000-8000-00000000000b";
const TABLES = [
  "tenant",
  "department",
  "user_account",
  "user_right",
  "agent",
  "agent_release",
  "company",
  "customer",
  "tag",
  "customer_tag",
  "appointment",
  "sync_origin",
];
const FIRM =
  "name street country postal_code city profession phone_private phone_business fax mobile email web_page".split(
    " ",
  );
const KEYS: { readonly [table: string]: string } = {
  tenant: "tenant_id",
  user_account: "tenant_id, user_id",
  user_right: "tenant_id, user_id, right_code",
  agent: "tenant_id, agent_id",
  agent_release: "tenant_id, user_id, agent_id",
  company: "tenant_id, company_id",
  customer: "tenant_id, customer_id",
  tag: "tenant_id, tag_id",
  customer_tag: "tenant_id, customer_id, tag_id",
  appointment: "tenant_id, appointment_id",
};

let postgres: Postgres;
let owner: Client;
let connector: Client;
let capture: Client;

async function login(user: string): Promise<Client> {
  const client = new Client({
    connectionString: postgres.url("ams", user, "geheim"),
  });
  await client.connect();
  return client;
}

/** Runs one statement inside a tenant and rolls it back. */
async function inTenant(
  client: Client,
  tenantId: string | undefined,
  sql: string,
) {
  await client.query("begin");
  try {
    if (tenantId !== undefined)
      await client.query("select set_config('app.tenant_id', $1, true)", [
        tenantId,
      ]);
    return await client.query(sql);
  } finally {
    await client.query("rollback");
  }
}

beforeAll(async () => {
  postgres = await startPostgres();
  const admin = new Client({ connectionString: postgres.adminUrl });
  await admin.connect();
  // A hoster's owner is no superuser: everything must work, and be secured, for such a one.
  await admin.query("create role ams_owner login createrole password 'geheim'");
  await admin.query("create database ams owner ams_owner");
  await migrateAms(postgres.url("ams", "ams_owner", "geheim"));
  await admin.query(`
    create role connector_login login password 'geheim' in role ams_sync_connector;
    create role capture_login login password 'geheim' in role ams_sync_capture`);
  await admin.end();
  owner = await login("ams_owner");
  connector = await login("connector_login");
  capture = await login("capture_login");
  for (const tenant of [A, B])
    await owner.query(`
      select set_config('app.tenant_id', '${tenant}', false);
      insert into ams.tenant (tenant_id, name) values ('${tenant}', 'Maklerhaus Süd');
      insert into ams.department values ('${tenant}', 1, 'Außendienst');
      insert into ams.user_account (tenant_id, user_id, login) values ('${tenant}', 1, 'jschäfer');
      insert into ams.user_right values ('${tenant}', 1, 'menu.organisation.users');
      insert into ams.agent (tenant_id, agent_id, name) values ('${tenant}', 1, 'Änne Groß');
      insert into ams.agent_release values ('${tenant}', 1, 1);
      insert into ams.company (tenant_id, company_id, name) values ('${tenant}', 1, 'Löwenfels AG');
      insert into ams.customer (tenant_id, customer_id, kind, last_name) values ('${tenant}', 1, 'private', 'Weiß');
      insert into ams.tag values ('${tenant}', 1, 'Großkunde');
      insert into ams.customer_tag values ('${tenant}', 1, 1);
      insert into ams.appointment (tenant_id, appointment_id, user_id, date) values ('${tenant}', 1, 1, '2026-10-25');
      insert into ams.sync_origin values ('${tenant}', '${tenant}', 'contacts', 'uid-1', 'customer', 1);
      select set_config('app.tenant_id', '', false)`);
});

afterAll(async () => {
  await Promise.all([owner?.end(), connector?.end(), capture?.end()]);
  await postgres?.stop();
});

describe.each([
  { role: "the owner", client: () => owner },
  { role: "the connector", client: () => connector },
])("$role", ({ client }) => {
  it.each(TABLES)("sees no row of %s without a tenant", async (table) => {
    const all = `select * from ams.${table}`;
    expect((await inTenant(client(), undefined, all)).rows).toEqual([]);
    expect((await inTenant(client(), "", all)).rows).toEqual([]);
  });

  it.each(TABLES)("sees the rows of one tenant in %s", async (table) => {
    const { rows } = await inTenant(client(), A, `select * from ams.${table}`);
    expect(rows.map((row) => row.tenant_id)).toEqual([A]);
  });

  it("cannot change another tenant's rows, nor write rows into it", async () => {
    for (const table of ["customer", "appointment"]) {
      const column = table === "customer" ? "city" : "remark";
      const change = `update ams.${table} set ${column} = 'Köln' where tenant_id = '${B}'`;
      expect((await inTenant(client(), A, change)).rowCount).toBe(0);
      expect((await inTenant(client(), undefined, change)).rowCount).toBe(0);
    }
    const customer = `insert into ams.customer (tenant_id, kind) values ('${B}', 'private')`;
    const origin = `insert into ams.sync_origin (tenant_id, account_id, stream, remote_uid, kind, record_id)
      values ('${B}', '${A}', 'contacts', 'uid-2', 'customer', 1)`;
    const appointment = `insert into ams.appointment (tenant_id, user_id) values ('${B}', 1)`;
    for (const insert of [customer, appointment, origin]) {
      await expect(inTenant(client(), A, insert)).rejects.toThrow(
        /row-level security/,
      );
      await expect(inTenant(client(), undefined, insert)).rejects.toThrow(
        /row-level security/,
      );
      expect((await inTenant(client(), B, insert)).rowCount).toBe(1);
    }
  });
});

describe("the owner", () => {
  it.each(TABLES)("deletes no other tenant's row of %s", async (table) => {
    const result = await inTenant(
      owner,
      A,
      `delete from ams.${table} where tenant_id = '${B}'`,
    );
    expect(result.rowCount).toBe(0);
  });

  it("cannot move a row to another tenant", async () => {
    const move = `update ams.company set tenant_id = '${B}', company_id = 2`;
    await expect(inTenant(owner, A, move)).rejects.toThrow(
      /row-level security/,
    );
  });
});

describe("the connector", () => {
  const refused = /permission denied/;

  it("has no way to delete: no table is forgotten here, and none has the right", async () => {
    const { rows } = await owner.query<{ name: string; may: boolean }>(`
      select relname as name, has_table_privilege('connector_login', oid, 'delete')
        or has_table_privilege('connector_login', oid, 'truncate') as may
      from pg_class where relnamespace = 'ams'::regnamespace and relkind in ('r', 'p', 'v', 'm') and relname <> 'migrations'`);
    expect(rows.map(({ name }) => name).sort()).toEqual([...TABLES].sort());
    expect(rows.filter(({ may }) => may)).toEqual([]);
    const { rows: lent } = await owner.query(
      "select proname from pg_proc where pronamespace = 'ams'::regnamespace and prosecdef",
    );
    expect(lent).toEqual([]);
  });

  it.each(TABLES)("cannot delete from or truncate %s", async (table) => {
    await expect(
      inTenant(connector, A, `delete from ams.${table}`),
    ).rejects.toThrow(refused);
    await expect(
      inTenant(connector, A, `truncate ams.${table}`),
    ).rejects.toThrow(refused);
    await expect(
      inTenant(connector, A, `truncate ams.${table} cascade`),
    ).rejects.toThrow(refused);
  });

  const mapped: { readonly [table: string]: readonly string[] } = {
    customer: [...FIRM, "first_name", "last_name", "gender", "birth_date"],
    company: FIRM,
    agent: FIRM,
    appointment: "date reason remark starts_at_time ends_at_time".split(" "),
  };

  it.each(TABLES)(
    "updates the transferred columns of %s and no other",
    async (table) => {
      const { rows } = await owner.query<{ name: string }>(
        `select attname as name from pg_attribute where attrelid = 'ams.${table}'::regclass and attnum > 0`,
      );
      const allowed: string[] = [];
      for (const { name } of rows)
        await inTenant(
          connector,
          A,
          `update ams.${table} set ${name} = null`,
        ).then(
          () => allowed.push(name),
          (error: Error) =>
            // A generated column takes no value from anybody.
            expect(error.message).toMatch(/permission denied|only be updated/),
        );
      expect(allowed.sort()).toEqual([...(mapped[table] ?? [])].sort());
    },
  );

  const made = ["customer", "appointment", "sync_origin"];
  it.each(TABLES.filter((table) => !made.includes(table)))(
    "cannot insert into %s",
    async (table) => {
      await expect(
        inTenant(
          connector,
          A,
          `insert into ams.${table} (tenant_id) values ('${A}')`,
        ),
      ).rejects.toThrow(refused);
    },
  );

  it("lets the database make id, version and time of change", async () => {
    for (const column of ["customer_id", "row_version", "last_changed"])
      await expect(
        inTenant(
          connector,
          A,
          `insert into ams.customer (tenant_id, kind, ${column}) values ('${A}', 'private', default)`,
        ),
      ).rejects.toThrow(refused);
    const { rows } = await inTenant(
      connector,
      A,
      `insert into ams.customer (tenant_id, kind, last_name) values ('${A}', 'private', 'Öztürk') returning row_version`,
    );
    expect(rows).toEqual([{ row_version: "1" }]);
  });

  it("remembers an origin once, at the database's own time", async () => {
    const origin = (column: string) =>
      `insert into ams.sync_origin (tenant_id, account_id, stream, remote_uid, kind, record_id${column}`;
    const values = `'${A}', '${A}', 'contacts', 'uid-1', 'customer', 1`;
    await expect(
      inTenant(
        connector,
        A,
        `${origin(", created_at)")} values (${values}, now())`,
      ),
    ).rejects.toThrow(refused);
    await expect(
      inTenant(connector, A, `${origin(")")} values (${values})`),
    ).rejects.toThrow(/duplicate key/);
  });

  it("cannot lift the security or change the schema", async () => {
    for (const sql of [
      "alter table ams.customer disable row level security",
      "drop policy tenant on ams.customer",
      "create table ams.mine (id int)",
      "drop table ams.customer",
      "select * from ams.migrations",
    ])
      await expect(inTenant(connector, A, sql)).rejects.toThrow(
        /permission denied|must be owner/,
      );
    await connector.query("set row_security = off");
    await expect(connector.query("select * from ams.customer")).rejects.toThrow(
      /row-level security/,
    );
    await connector.query("reset row_security");
  });
});

describe("capture", () => {
  it.each(Object.entries(KEYS))(
    "sees every tenant's keys of %s",
    async (table, key) => {
      const { rows } = await capture.query(`select ${key} from ams.${table}`);
      expect(rows.map((row) => row.tenant_id).sort()).toEqual([A, B]);
    },
  );

  it.each(TABLES)(
    "reads nothing else of %s and writes nothing",
    async (table) => {
      const refused = /permission denied/;
      const { rows } = await owner.query<{ name: string }>(
        `select attname as name from pg_attribute where attrelid = 'ams.${table}'::regclass and attnum > 0`,
      );
      for (const { name } of rows) {
        if (KEYS[table]?.split(", ").includes(name) === true) continue;
        await expect(
          capture.query(`select ${name} from ams.${table}`),
        ).rejects.toThrow(refused);
      }
      for (const sql of [
        `delete from ams.${table}`,
        `truncate ams.${table}`,
        `update ams.${table} set tenant_id = '${A}'`,
        `insert into ams.${table} (tenant_id) values ('${A}')`,
      ])
        await expect(inTenant(capture, A, sql)).rejects.toThrow(refused);
    },
  );
});
