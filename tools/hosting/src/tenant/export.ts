import { asTenant, type Database } from "../database.js";
import { countRows, sumOf, tenantTables, type TenantTable } from "./catalog.js";

export const SCHEMAS = ["settings", "state"] as const;
export type Schema = (typeof SCHEMAS)[number];
/** As members of ams_sync_tenants; the same one where both schemas are in one database. */
export type Databases = Readonly<Record<Schema, Database>>;

export interface Export {
  readonly databases: Databases;
  readonly tenantId: string;
  readonly at: Date;
  /** Takes one line; resolves when there is room for more. */
  readonly write: (line: string) => Promise<void>;
  readonly onProgress: (done: number, all: number) => void;
  readonly signal: AbortSignal;
}

export type Exported =
  | { readonly ok: true; readonly rows: number }
  | {
      readonly ok: false;
      readonly kind: "nothing-there" | "broken-off";
      readonly message: string;
    };

/** Rows in memory at a time. */
const FETCH = 500;
const FORMAT = "ams-sync tenant, JSON lines";

/**
 * All that settings and state hold of a tenant, as text, one JSON object a line: the manifest, the rows, the end. Of each
 * database one snapshot; nothing that is sealed, which the login may not read.
 */
export const exportTenant = async (task: Export): Promise<Exported> => {
  const { databases, tenantId } = task;
  const snapshots = new Set(Object.values(databases));
  for (const database of snapshots)
    await database.query(
      // The one waits while the other is read.
      `begin isolation level repeatable read read only; ${asTenant(tenantId)} set local idle_in_transaction_session_timeout = 0`,
    );
  try {
    return await copy(task);
  } finally {
    // A connection that broke has nothing left to end, and the first error is the one to tell.
    for (const database of snapshots)
      await database.query("rollback").catch(() => undefined);
  }
};

const copy = async (task: Export): Promise<Exported> => {
  const { databases, tenantId, at, write, onProgress, signal } = task;
  const tables: (TenantTable & { database: Database; rows: number })[] = [];
  for (const schema of SCHEMAS) {
    const database = databases[schema];
    const found = await tenantTables(database, schema);
    const counts = await countRows(database, found, tenantId);
    for (const table of found)
      tables.push({ ...table, database, rows: counts.get(table.name) ?? 0 });
  }
  const all = sumOf(new Map(tables.map(({ name, rows }) => [name, rows])));
  if (all === 0)
    return {
      ok: false,
      kind: "nothing-there",
      message: `There is nothing of tenant ${tenantId} in settings and state. Check the id.`,
    };
  const manifest = {
    format: FORMAT,
    version: 1,
    tenantId,
    exportedAt: at.toISOString(),
    rows: all,
    tables: tables.map(({ name, rows, leftOut }) => ({ name, rows, leftOut })),
  };
  await write(JSON.stringify({ manifest }));
  let done = 0;
  for (const table of tables)
    for await (const rows of rowsOf(table, tenantId)) {
      if (signal.aborted) return brokenOff;
      for (const row of rows)
        // As PostgreSQL has written it: numbers of any length stay what they are.
        await write(`{"table":${JSON.stringify(table.name)},"row":${row}}`);
      done += rows.length;
      onProgress(done, all);
    }
  await write(JSON.stringify({ end: { rows: done } }));
  return { ok: true, rows: done };
};

const brokenOff: Exported = {
  ok: false,
  kind: "broken-off",
  message: "Broken off; there is no file. Nothing was changed.",
};

async function* rowsOf(
  {
    name,
    columns,
    key,
    database,
  }: TenantTable & { readonly database: Database },
  tenantId: string,
): AsyncGenerator<readonly string[]> {
  await database.query(
    `declare exported no scroll cursor for
     select row_to_json(t)::text as row
     from (select ${columns.join(", ")} from ${name} where tenant_id = '${tenantId}' order by ${key.join(", ")}) t`,
  );
  for (let more = true; more;) {
    const { rows } = await database.query<{ row: string }>(
      `fetch ${FETCH} from exported`,
    );
    if (rows.length > 0) yield rows.map(({ row }) => row);
    more = rows.length === FETCH;
  }
  await database.query("close exported");
}
