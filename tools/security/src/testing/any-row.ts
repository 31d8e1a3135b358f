import type { Client } from "pg";

export interface Table {
  readonly schema: string;
  readonly name: string;
  /** Has a column tenant_id. */
  readonly tenant: boolean;
  readonly forced: boolean;
}

/** Every table of these schemas, as the catalogue has them now. */
export const tablesOf = async (
  superuser: Client,
  schemas: readonly string[],
): Promise<readonly Table[]> => {
  const { rows } = await superuser.query<Table>(
    `select n.nspname as schema, c.relname as name, c.relrowsecurity and c.relforcerowsecurity as forced,
       exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id' and a.attnotnull) as tenant
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = any($1) and c.relkind in ('r', 'p', 'v', 'm', 'f') order by 1, 2`,
    [schemas],
  );
  return rows;
};

/** SQL for a value of a type, different for each tenant; a new type has to be added. */
const VALUES: Readonly<Record<string, (tenant: string) => string>> = {
  uuid: () => "gen_random_uuid()",
  text: (tenant) => `'x-${tenant}'`,
  varchar: (tenant) => `'x-${tenant}'`,
  int8: () => "7",
  int4: () => "7",
  int2: () => "7",
  bool: () => "false",
  timestamptz: () => "now()",
  timestamp: () => "now()",
  date: () => "current_date",
  time: () => "'12:00'",
  json: () => "'{}'",
  jsonb: () => "'{}'",
  bytea: () => "'\\x00'",
  _text: () => "'{}'",
  _int8: () => "'{}'",
};

/**
 * Puts a row of the tenant into the table, whatever else it needs: row-level security is what is tried here, so that
 * checks and references are left aside.
 */
export async function putRow(
  superuser: Client,
  { schema, name }: Table,
  tenant: string,
): Promise<void> {
  const { rows: columns } = await superuser.query<{
    name: string;
    type: string;
  }>(
    `select a.attname as name, t.typname as type from pg_attribute a join pg_type t on t.oid = a.atttypid
     where a.attrelid = format('%I.%I', $1::text, $2::text)::regclass and a.attnum > 0 and not a.attisdropped
       and a.attgenerated = '' and a.attidentity <> 'a' and (a.attnotnull or a.attname = 'tenant_id')`,
    [schema, name],
  );
  const value = (column: { name: string; type: string }): string => {
    if (column.name === "tenant_id") return `'${tenant}'`;
    const known = VALUES[column.type];
    if (known === undefined)
      throw new Error(`${schema}.${name}.${column.name}: ${column.type}?`);
    return known(tenant);
  };
  await superuser.query(
    `insert into ${schema}.${name} (${columns.map((one) => `"${one.name}"`).join(", ")})
     overriding system value values (${columns.map(value).join(", ")})`,
  );
}

/** Checks, references and triggers are set aside in this database. */
export async function relax(
  superuser: Client,
  schemas: readonly string[],
): Promise<void> {
  await superuser.query("set session_replication_role = replica");
  const { rows } = await superuser.query<{ sql: string }>(
    `select format('alter table %s drop constraint %I', c.conrelid::regclass, c.conname) as sql
     from pg_constraint c join pg_namespace n on n.oid = c.connamespace
     where n.nspname = any($1) and c.contype in ('c', 'f') and c.conrelid <> 0
     union all
     select format('alter table %s disable trigger user', r.oid::regclass) from pg_class r
     where r.relnamespace::regnamespace::text = any($1) and r.relkind in ('r', 'p')`,
    [schemas],
  );
  for (const { sql } of rows) await superuser.query(sql);
}
