import type { ClientBase } from "pg";
import {
  SCHEMA,
  capturedTables,
  type CapturedTable,
} from "../decode/captured-tables.js";
import type { Problem } from "../problem.js";

interface TableRow {
  readonly name: string;
  /** pg_class.relreplident */
  readonly identity: string;
  readonly primary_key: readonly string[];
  readonly readable: readonly string[];
  readonly sees_all_rows: boolean;
}

/**
 * Row-level security is the trap: to a role without a policy of its own every
 * table is empty, and an empty reading looks like everything was deleted.
 */
const LOOK = `
  select c.relname::text as name, c.relreplident::text as identity,
    array(
      select a.attname::text from pg_index i, unnest(i.indkey) with ordinality as k (attnum, n), pg_attribute a
      where i.indrelid = c.oid and i.indisprimary and a.attrelid = c.oid and a.attnum = k.attnum
      order by k.n
    ) as primary_key,
    array(
      select a.attname::text from pg_attribute a
      where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        and has_schema_privilege(n.oid, 'usage') and has_column_privilege(c.oid, a.attnum, 'select')
    ) as readable,
    not row_security_active(c.oid) or (
      coalesce(bool_or(p.polpermissive and p.open and p.ours), false)
      and not coalesce(bool_or(not p.polpermissive and not p.open and p.ours), false)
    ) as sees_all_rows
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
  left join lateral (
    select polpermissive, pg_get_expr(polqual, polrelid) = 'true' as open,
      polroles = '{0}' or exists (select from unnest(polroles) as r (oid) where pg_has_role(r.oid, 'usage')) as ours
    from pg_policy where polrelid = c.oid and polcmd in ('r', '*')
  ) as p on true
  where n.nspname = $1 and c.relname = any ($2) and c.relkind in ('r', 'p')
  group by c.oid, n.oid`;

/** Every captured table must be there, have its key, and be readable without exception. */
export async function checkTables(
  client: ClientBase,
  role: string,
): Promise<Problem[]> {
  const { rows } = await client.query<TableRow>(LOOK, [
    SCHEMA,
    capturedTables.map(({ name }) => name),
  ]);
  const found = new Map(rows.map((row) => [row.name, row]));
  const unreadable: string[] = [];
  const problems: Problem[] = [];
  for (const table of capturedTables) {
    const row = found.get(table.name);
    if (row === undefined)
      problems.push({
        kind: "table",
        sentence: `The table ${SCHEMA}.${table.name} is missing. Run the ams migrations.`,
      });
    else if (!carriesKey(table, row))
      problems.push({
        kind: "table",
        sentence: `A delete in ${SCHEMA}.${table.name} would not tell which row it was: its primary key must be (${table.key.join(", ")}), and: ALTER TABLE ${SCHEMA}.${table.name} REPLICA IDENTITY DEFAULT;`,
      });
    else if (
      !row.sees_all_rows ||
      table.key.some((column) => !row.readable.includes(column))
    )
      unreadable.push(`${SCHEMA}.${table.name}`);
  }
  if (unreadable.length > 0)
    problems.push({
      kind: "select-right",
      sentence: `The login "${role}" does not see all rows of ${unreadable.join(", ")}. Run: GRANT ams_sync_capture TO "${role}";`,
    });
  return problems;
}

const carriesKey = (table: CapturedTable, row: TableRow): boolean =>
  row.identity === "f" ||
  (row.identity === "d" &&
    table.key.every((column) => row.primary_key.includes(column)));
