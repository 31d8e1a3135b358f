import { randomUUID } from "node:crypto";
import { tried } from "@ams-sync/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { putRow, relax, tablesOf, type Table } from "./testing/any-row.js";
import { EXCEPTIONS } from "./testing/exceptions.js";
import {
  ownDatabases,
  ROLES,
  type DatabaseName,
  type OwnDatabases,
} from "./testing/own-databases.js";
import { ACTIONS, tryRole } from "./testing/try-role.js";

const PART = "row-level security";
const SCHEMAS = {
  own: ["settings", "state", "bullmq"],
  ams: ["ams"],
} as const;
/** Of BullMQ: a job is { tenant, account }, no data; only the queues' own role gets in. */
const QUEUES = "bullmq";

let databases: OwnDatabases;
const A = randomUUID();
const B = randomUUID();
const tables = new Map<DatabaseName, readonly Table[]>();

beforeAll(async () => {
  databases = await ownDatabases();
  for (const database of ["own", "ams"] as const) {
    const superuser = databases.superuser(database);
    const found = await tablesOf(superuser, SCHEMAS[database]);
    tables.set(database, found);
    await relax(superuser, SCHEMAS[database]);
    for (const table of found)
      if (table.schema !== QUEUES && table.name !== "migrations")
        for (const tenant of table.tenant ? [A, B] : [A])
          await putRow(superuser, table, tenant);
  }
});
afterAll(() => databases?.stop());

const names = (database: DatabaseName) =>
  (tables.get(database) ?? []).map(({ schema, name }) => `${schema}.${name}`);

describe.each(["own", "ams"] as const)("database %s", (database) => {
  it("closes every table to its owner, too", () => {
    expect(names(database).length).toBeGreaterThan(10);
    const open = (tables.get(database) ?? []).filter(
      ({ schema, name, forced }) =>
        !forced && schema !== QUEUES && name !== "migrations",
    );
    expect(open).toEqual([]);
    tried(PART, names(database).length);
  });

  it("has roles that neither own nor bypass anything", async () => {
    for (const role of ROLES[database]) {
      const login = await databases.login(database, role);
      const { rows } = await login.query(
        `select r.rolsuper or r.rolbypassrls or r.rolcreaterole as mighty,
           exists (select from pg_class c where pg_has_role(current_user, c.relowner, 'member')
             and c.relnamespace::regnamespace::text = any($1)) as owner
         from pg_roles r where r.rolname = current_user`,
        [SCHEMAS[database]],
      );
      expect(rows, role).toEqual([{ mighty: false, owner: false }]);
      tried(PART, 1);
    }
  });

  it.each(ROLES[database].map((role) => [role]))(
    "shows %s nothing of another tenant, and nothing without a tenant",
    async (role) => {
      const login = await databases.login(database, role);
      const superuser = databases.superuser(database);
      const reached: Record<string, string> = {};
      for (const table of tables.get(database) ?? []) {
        if (table.schema === QUEUES && role === "ams_sync_queue") continue;
        const found = new Set<string>();
        for (const action of ACTIONS)
          for (const as of [B, undefined]) {
            const outcome = await tryRole(
              ...([login, superuser, table, action, A, as] as const),
            );
            const closed =
              table.schema === QUEUES || table.name === "migrations";
            // No row was put there: that there is none to see says nothing.
            if (outcome === "reached" || (closed && outcome !== "refused"))
              found.add(action);
            tried(PART, 1);
          }
        if (found.size > 0)
          reached[`${role} ${table.schema}.${table.name}`] = [...found].join(
            " ",
          );
      }
      const allowed = Object.entries(EXCEPTIONS).flatMap(([key, { may }]) =>
        key.startsWith(`${role} `) ? [[key, may] as const] : [],
      );
      expect(reached).toEqual(Object.fromEntries(allowed));
    },
  );
});

it("would notice a table that somebody adds without a policy", async () => {
  const superuser = databases.superuser("own");
  await superuser.query(`
    create table state.new_table (tenant_id uuid not null, note text not null);
    grant select, insert, update, delete on state.new_table to ams_sync_state`);
  try {
    const [table] = (await tablesOf(superuser, ["state"])).filter(
      ({ name }) => name === "new_table",
    );
    expect(table).toMatchObject({ forced: false, tenant: true });
    await putRow(superuser, table!, A);
    await putRow(superuser, table!, B);
    const login = await databases.login("own", "ams_sync_state");
    for (const action of ACTIONS) {
      const outcome = await tryRole(
        ...([login, superuser, table!, action, A, B] as const),
      );
      expect(outcome, action).toBe("reached");
      tried(PART, 1);
    }
  } finally {
    await superuser.query("drop table state.new_table");
  }
});

it("argues for every table that is reached over tenants", () => {
  for (const [name, { why }] of Object.entries(EXCEPTIONS))
    expect(why.length, name).toBeGreaterThan(40);
});
