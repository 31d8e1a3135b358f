import { readFile } from "node:fs/promises";
import { startPostgres, type Postgres } from "@ams-sync/testing";
import { Client } from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { migrateAms } from "./migrate-ams.js";
import { RIGHTS } from "./rights.js";

const page = await readFile(
  new URL("../../../docs/ams-database.md", import.meta.url),
  "utf8",
);

let postgres: Postgres;
let client: Client;

beforeAll(async () => {
  postgres = await startPostgres();
  const admin = new Client({ connectionString: postgres.adminUrl });
  await admin.connect();
  await admin.query("create role ams_owner login createrole password 'geheim'");
  await admin.query("create database ams owner ams_owner");
  await admin.end();
  const url = postgres.url("ams", "ams_owner", "geheim");
  await migrateAms(url);
  client = new Client({ connectionString: url });
  await client.connect();
});

afterAll(async () => {
  await client?.end();
  await postgres?.stop();
});

/** "customer.city text key filled" of every row of every table below a heading "### ams.customer". */
function documentedColumns(): string[] {
  return page
    .split(/^### ams\./m)
    .slice(1)
    .flatMap((section) => {
      const table = /^\w+/.exec(section)?.[0];
      const rows = section.matchAll(
        /^\| `(\w+)` +\| `(\w+)` +\| (key)? *\| (yes)? *\|/gm,
      );
      return [...rows].map(([, column, type, key, filled]) =>
        [`${table}.${column}`, type, key ?? "", filled ?? ""].join(" "),
      );
    });
}

it("lists every table and column of the database, and no other", async () => {
  const { rows } = await client.query<{ column: string }>(`
    select concat_ws(' ', c.relname || '.' || a.attname,
      case t.typname when 'int8' then 'bigint' when 'bool' then 'boolean' else t.typname end,
      case when a.attnum = any (i.indkey) then 'key' else '' end,
      case when a.attnotnull then 'yes' else '' end) as column
    from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    join pg_type t on t.oid = a.atttypid
    left join pg_index i on i.indrelid = c.oid and i.indisprimary
    where c.relnamespace = 'ams'::regnamespace and c.relkind in ('r', 'v', 'm', 'p') and c.relname <> 'migrations'
    order by c.relname, a.attname`);
  const real = rows.map(({ column }) => column);
  expect(real.length).toBeGreaterThan(90);
  expect(documentedColumns().sort()).toEqual(real.sort());
});

it("has SQL that does what it says, from the first block to the last", async () => {
  const blocks = [...page.matchAll(/^```sql\n(.*?)^```/gms)].map(
    ([, sql]) => sql ?? "",
  );
  expect(blocks.length).toBeGreaterThanOrEqual(7);
  const changed: number[] = [];
  for (const sql of blocks) {
    const results = await client.query(sql);
    for (const { command, rowCount } of [results].flat())
      if (command !== "SELECT") changed.push(rowCount ?? 0);
  }
  expect(changed.length).toBeGreaterThan(12);
  // A block that forgot its tenant would change nothing.
  expect(Math.min(...changed)).toBe(1);
});

it("names the rights, roles and captured tables", async () => {
  for (const right of Object.values(RIGHTS))
    expect(page).toContain(`\`${right}\``);
  const { rows } = await client.query<{ name: string }>(`
    select rolname as name from pg_roles where rolname like 'ams\\_sync\\_%'
    union all select tablename from pg_publication_tables where pubname = 'ams_sync'`);
  expect(rows).toHaveLength(13);
  const told = page.slice(page.indexOf("## Roles"));
  for (const { name } of rows) expect(told).toContain(`\`${name}\``);
});
