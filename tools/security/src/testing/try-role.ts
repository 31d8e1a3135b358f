import type { Client } from "pg";
import type { Table } from "./any-row.js";

/** `move`: gives a row that it sees to tenant A. */
export const ACTIONS = [
  "select",
  "insert",
  "update",
  "delete",
  "move",
] as const;
export type Action = (typeof ACTIONS)[number];

/** `nothing`: no row of the other tenant was seen or touched. `refused`: the role has no right, or the policy forbids it. */
export type Outcome = "nothing" | "refused" | "reached";

const NOT_ALLOWED = "42501";

/**
 * What a role reaches of tenant A's rows while it works as tenant B, or as nobody (`undefined`). Everything is rolled
 * back. Of tables without a tenant: of any row.
 */
export async function tryRole(
  login: Client,
  superuser: Client,
  { schema, name, tenant }: Table,
  action: Action,
  owner: string,
  as: string | undefined,
): Promise<Outcome> {
  const table = `${schema}.${name}`;
  const statement = async (): Promise<[string, unknown[]]> => {
    // Without a condition: who may not read tenant_id may still be able to change the rows.
    if (action === "select")
      return [
        `select 1 from ${table}${tenant ? " where tenant_id = $1" : ""}`,
        tenant ? [owner] : [],
      ];
    if (action === "move")
      return [`update ${table} set tenant_id = $1`, [owner]];
    if (action === "delete") return [`delete from ${table}`, []];
    if (action === "update") {
      const column = await updatable(login, table);
      return [`update ${table} set "${column}" = "${column}"`, []];
    }
    const { rows } = await superuser.query<{ row: object }>(
      `select to_jsonb(t) as row from ${table} t ${tenant ? "where tenant_id = $1" : "where $1::text is not null"} limit 1`,
      [owner],
    );
    const columns = await insertable(login, table);
    return [
      `insert into ${table} (${columns}) overriding system value
       select ${columns} from jsonb_populate_record(null::${table}, $1)`,
      [JSON.stringify(rows[0]?.row)],
    ];
  };
  await login.query("begin");
  try {
    if (as !== undefined)
      await login.query("select set_config('app.tenant_id', $1, true)", [as]);
    const [sql, parameters] = await statement();
    const { rowCount } = await login.query(sql, parameters);
    if (action === "update" || action === "delete")
      return (rowCount ?? 0) > ownRows(tenant, as) ? "reached" : "nothing";
    return (rowCount ?? 0) > 0 ? "reached" : "nothing";
  } catch (error) {
    const { code } = error as { code?: string };
    // A table without a tenant has nothing to move.
    if (code === NOT_ALLOWED || (action === "move" && !tenant))
      return "refused";
    // A row that is there already was let through by the policy.
    if (code === "23505") return "reached";
    throw error;
  } finally {
    await login.query("rollback");
  }
}

/** Each tenant has one row in each table. */
const ownRows = (tenant: boolean, as: string | undefined): number =>
  tenant && as !== undefined ? 1 : 0;

/** A column that the role may set; any one where it may set none, so that the database refuses it. */
async function updatable(login: Client, table: string): Promise<string> {
  const { rows } = await login.query<{ name: string }>(
    `select a.attname as name from pg_attribute a where a.attrelid = $1::regclass and a.attnum > 0 and not a.attisdropped
       and a.attgenerated = '' and a.attidentity <> 'a'
     order by has_column_privilege(current_user, a.attrelid, a.attnum, 'select, update') desc,
       has_column_privilege(current_user, a.attrelid, a.attnum, 'update') desc, a.attnum limit 1`,
    [table],
  );
  return rows[0]?.name ?? "tenant_id";
}

/** Those that the role may insert, or all. */
async function insertable(login: Client, table: string): Promise<string> {
  const { rows } = await login.query<{ columns: string }>(
    `select string_agg(quote_ident(a.attname), ', ') as columns from pg_attribute a
     where a.attrelid = $1::regclass and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
       and (has_column_privilege(current_user, a.attrelid, a.attnum, 'insert')
         or not has_any_column_privilege(current_user, a.attrelid, 'insert'))`,
    [table],
  );
  return rows[0]?.columns ?? "tenant_id";
}
