import { createDataSource } from "@ams-sync/platform";
import { startPostgres, type Postgres } from "@ams-sync/testing";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { amsEntities } from "../entities/index.js";
import { migrateAms } from "../migrate-ams.js";

let postgres: Postgres;
let url: string;
let client: Client;
let applied: readonly (readonly string[])[];

beforeAll(async () => {
  postgres = await startPostgres();
  url = await postgres.createDatabase("ams");
  const twin = await postgres.createDatabase("ams_twin");
  applied = await Promise.all([migrateAms(url), migrateAms(twin)]);
  client = new Client({ connectionString: url });
  await client.connect();
});

afterAll(async () => {
  await client?.end();
  await postgres?.stop();
});

describe("migrating", () => {
  it("does nothing the second time", async () => {
    expect(await migrateAms(url)).toEqual([]);
  });

  it("happens once when two start together, and finds the roles of another database", async () => {
    const other = await postgres.createDatabase("ams_two");
    const both = await Promise.all([migrateAms(other), migrateAms(other)]);
    expect(both.map((names) => names.length).sort()).toEqual([0, 14]);
  });

  it("works for two databases of one cluster that make the same roles at once", () => {
    expect(applied.map((names) => names.length)).toEqual([14, 14]);
  });
});

describe("every table", () => {
  it("has a primary key that begins with tenant_id, and forced row-level security", async () => {
    const { rows } = await client.query<{
      table: string;
      first: string;
      secured: boolean;
    }>(`
      select c.relname as table, a.attname as first, c.relrowsecurity and c.relforcerowsecurity as secured
      from pg_class c
      left join pg_index i on i.indrelid = c.oid and i.indisprimary
      left join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
      where c.relnamespace = 'ams'::regnamespace and c.relkind = 'r' and c.relname <> 'migrations'`);
    expect(rows).toHaveLength(12);
    for (const row of rows)
      expect(row).toMatchObject({ first: "tenant_id", secured: true });
  });

  it("has an index for every foreign key", async () => {
    const { rows } = await client.query(`
      select conrelid::regclass as table, conname from pg_constraint f
      where contype = 'f' and connamespace = 'ams'::regnamespace and not exists (
        select from pg_index i where i.indrelid = f.conrelid
        and (string_to_array(i.indkey::text, ' ')::int2[])[1:cardinality(f.conkey)] = f.conkey)`);
    expect(rows).toEqual([]);
  });

  it("is published with its key and nothing else, departments and origins not at all", async () => {
    const { rows } = await client.query<{ published: string; key: string }>(`
      select tablename || ' ' || array_to_string(attnames, ',') as published,
        (select tablename || ' ' || string_agg(attname, ',' order by ord)
         from pg_index, unnest(indkey::int2[]) with ordinality as k(num, ord)
         join pg_attribute on attnum = num
         where indisprimary and indrelid = ('ams.' || tablename)::regclass and attrelid = indrelid) as key
      from pg_publication_tables where pubname = 'ams_sync' and schemaname = 'ams'`);
    expect(rows.map((row) => row.published)).toEqual(
      rows.map((row) => row.key),
    );
    expect(rows).toHaveLength(10);
    const { rows: operations } = await client.query(
      "select pubinsert, pubupdate, pubdelete, pubtruncate from pg_publication where pubname = 'ams_sync'",
    );
    expect(operations).toEqual([
      { pubinsert: true, pubupdate: true, pubdelete: true, pubtruncate: true },
    ]);
  });
});

it("the entities are the tables, column by column", async () => {
  const dataSource = createDataSource({
    url,
    entities: amsEntities,
    applicationName: "spec",
  });
  await dataSource.initialize();
  try {
    for (const { tableName, columns } of dataSource.entityMetadatas) {
      const { rows } = await client.query<{ column: string }>(
        `select column_name || ' ' || udt_name || case is_nullable when 'YES' then ' null' else '' end as column
         from information_schema.columns where table_schema = 'ams' and table_name = $1 and is_generated = 'NEVER'`,
        [tableName],
      );
      const types = { bigint: "int8" } as { [type: string]: string };
      const mapped = columns.map(
        ({ databaseName, type, isNullable }) =>
          `${databaseName} ${types[String(type)] ?? String(type)}${isNullable ? " null" : ""}`,
      );
      expect(mapped.sort()).toEqual(rows.map(({ column }) => column).sort());
    }
  } finally {
    await dataSource.destroy();
  }
});
