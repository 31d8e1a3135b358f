import type { Database } from "../database.js";

/** What has a tenant in a service's schema, as the database itself knows it: a table that a later release adds is here, too. */
export interface TenantTable {
  /** Quoted, with its schema. */
  readonly name: string;
  /** Quoted. */
  readonly key: readonly string[];
  /** Those that the login may read; quoted. */
  readonly columns: readonly string[];
  /** What is sealed, which this role may not read. */
  readonly leftOut: readonly string[];
}

/** Of whom it notes that they were erased: it outlasts them. */
export const MARKER = "erased_tenant";

interface Row {
  readonly oid: string;
  readonly name: string;
  readonly key: string[];
  readonly columns: string[];
  readonly left_out: string[];
  readonly refers_to: string[];
}

/**
 * Every table of the schema with a column `tenant_id`; those that refer to others before them.
 * @throws Error where the login may not see a tenant's rows in one of them
 */
export const tenantTables = async (
  database: Database,
  schema: string,
): Promise<TenantTable[]> => {
  const { rows } = await database.query<Row>(
    `select c.oid::text, format('%I.%I', n.nspname, c.relname) as name,
       array(select quote_ident(a.attname) from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any(i.indkey)
         where i.indrelid = c.oid and i.indisprimary order by a.attnum) as key,
       array(select quote_ident(attname) from pg_attribute where attrelid = c.oid and attnum > 0 and not attisdropped
         and has_column_privilege(c.oid, attnum, 'select') order by attnum) as columns,
       array(select quote_ident(attname) from pg_attribute where attrelid = c.oid and attnum > 0 and not attisdropped
         and not has_column_privilege(c.oid, attnum, 'select') order by attnum) as left_out,
       array(select f.confrelid::text from pg_constraint f
         where f.conrelid = c.oid and f.contype = 'f' and f.confrelid <> c.oid) as refers_to
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = $1 and c.relkind in ('r', 'p') and not c.relispartition and exists (
       select from pg_attribute where attrelid = c.oid and attname = 'tenant_id' and not attisdropped)
     order by c.relname`,
    [schema],
  );
  if (rows.length === 0)
    throw new Error(
      `There is no schema ${schema} with tenants in this database. Check the URL, and run the migrations of this release.`,
    );
  for (const { name, key, columns } of rows)
    if (key.length === 0 || !key.every((column) => columns.includes(column)))
      throw new Error(
        `The login may not see whose rows are in ${name}. It must be a member of ams_sync_tenants, after the migrations of this release.`,
      );
  return childrenFirst(rows).map(({ name, key, columns, left_out }) => ({
    ...{ name, key, columns, leftOut: left_out },
  }));
};

const childrenFirst = (rows: readonly Row[]): Row[] => {
  const left = new Map(rows.map((row) => [row.oid, row]));
  const ordered: Row[] = [];
  while (left.size > 0) {
    const free = [...left.values()].filter(
      ({ oid }) =>
        ![...left.values()].some(({ refers_to }) => refers_to.includes(oid)),
    );
    // Tables that refer to each other in a circle: in any order, as deleting says what is wrong.
    for (const row of free.length > 0 ? free : left.values()) {
      ordered.push(row);
      left.delete(row.oid);
    }
  }
  return ordered;
};

/** Rows of the tenant, table by table; the transaction names the tenant. */
export const countRows = async (
  database: Database,
  tables: readonly TenantTable[],
  tenantId: string,
): Promise<ReadonlyMap<string, number>> => {
  const counts = new Map<string, number>();
  for (const { name } of tables) {
    const { rows } = await database.query<{ count: string }>(
      `select count(*) from ${name} where tenant_id = $1`,
      [tenantId],
    );
    counts.set(name, Number(rows[0]?.count));
  }
  return counts;
};

export const sumOf = (counts: ReadonlyMap<string, number>): number =>
  [...counts.values()].reduce((sum, count) => sum + count, 0);
