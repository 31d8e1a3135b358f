import { asTenant, transaction, type Database } from "../database.js";
import {
  countRows,
  MARKER,
  sumOf,
  tenantTables,
  type TenantTable,
} from "./catalog.js";
import { SCHEMAS, type Databases, type Schema } from "./export.js";

export interface Erasure {
  /** As members of ams_sync_tenants. */
  readonly databases: Databases;
  readonly tenantId: string;
  /** Strikes the tenant's wake-ups from all queues. @returns how many there were */
  readonly forgetJobs: (tenantId: string) => Promise<number>;
  /** Resolves after so many milliseconds, or at once where the signal fires. */
  readonly sleep: (ms: number) => Promise<void>;
  readonly say: (line: string) => void;
  readonly onProgress: (done: number, all: number) => void;
  readonly signal: AbortSignal;
}

export type Erased =
  | { readonly ok: true; readonly rows: number; readonly jobs: number }
  | {
      readonly ok: false;
      readonly kind: "nothing-there" | "left-over" | "broken-off";
      readonly message: string;
    };

/** Rows of one transaction. */
const BATCH = 5_000;
/** Longer than a statement of a service may take (60 s), so that a busy table is no failure. */
const LOCK_TIMEOUT = "70s";

/** What goes before all else: without its place in the schedule nothing wakes an account, without its row every call of its run is refused. */
const FIRST: Readonly<Record<Schema, readonly string[]>> = {
  settings: ["settings.credential", "settings.account"],
  state: ["state.schedule", "state.account"],
};
/** Who is writing to these when the mark is set has not seen it; they are waited for, and what they wrote is erased, too. */
const BARRIERS: Readonly<Record<Schema, readonly string[]>> = {
  settings: ["settings.account"],
  state: ["state.tenant", "state.account"],
};

/** What there is of a tenant, in both services; the marks of an erasure apart. */
export const inventory = async (
  databases: Databases,
  tenantId: string,
): Promise<{
  readonly counts: ReadonlyMap<string, number>;
  /** It was erased before, or that was begun. */
  readonly marked: boolean;
}> => {
  const counts = new Map<string, number>();
  let marked = false;
  for (const schema of SCHEMAS) {
    const database = databases[schema];
    const tables = await tenantTables(database, schema);
    const found = await transaction(database, asTenant(tenantId), () =>
      countRows(database, tables, tenantId),
    );
    for (const [name, count] of found)
      if (name !== `${schema}.${MARKER}`) counts.set(name, count);
      else if (count > 0) marked = true;
  }
  return { counts, marked };
};

/**
 * Erases all that settings and state hold of a tenant, in small transactions: killed at any point, the next call goes on.
 * First it is marked, so that no account of it is taken and what ams still sends of it is dropped; then its accounts go,
 * so that nothing runs; then all else; in the end every table is counted.
 */
export const erase = async (task: Erasure): Promise<Erased> => {
  const { databases, tenantId, say, signal } = task;
  const before = await inventory(databases, tenantId);
  const all = sumOf(before.counts);
  if (all === 0 && !before.marked)
    return {
      ok: false,
      kind: "nothing-there",
      message: `There is nothing of tenant ${tenantId} in settings and state. Check the id; nothing was changed.`,
    };
  say("Marking it as erased: no account of it is taken any more …");
  for (const schema of SCHEMAS) await mark(databases[schema], schema, tenantId);
  say("Ending its accounts: nothing begins for it any more …");
  const leaseMs = await longestLease(databases.state, tenantId);
  let rows = 0;
  const progress = (deleted: number): void => {
    rows += deleted;
    task.onProgress(Math.min(rows, all), all);
  };
  for (const schema of SCHEMAS) {
    const database = databases[schema];
    for (const table of BARRIERS[schema]) await barrier(database, table);
    const tables = await tenantTables(database, schema);
    for (const table of inOrder(tables, schema)) {
      // Appends that saw the tenant as a resident write its feed once more.
      if (table.name === "state.feed") await barrier(database, table.name);
      if (!(await empty(task, database, table, progress))) return brokenOff;
    }
  }
  const jobs = await task.forgetJobs(tenantId);
  if (leaseMs > 0) {
    say(
      `Waiting ${Math.ceil(leaseMs / 1000)} s: a connector that was at work may finish the request that it had begun …`,
    );
    await task.sleep(leaseMs);
    if (signal.aborted) return brokenOff;
  }
  const { counts } = await inventory(databases, tenantId);
  const left = [...counts].filter(([, count]) => count > 0);
  if (left.length > 0)
    return {
      ok: false,
      kind: "left-over",
      message: `Not all is gone: ${left.map(([name, count]) => `${name} has ${count} rows`).join(", ")}. Run the same command again.`,
    };
  return { ok: true, rows: all, jobs };
};

const brokenOff: Erased = {
  ok: false,
  kind: "broken-off",
  message:
    "Broken off. What is erased is erased, and nothing runs for this tenant any more: run the same command again for the rest.",
};

const mark = (database: Database, schema: Schema, tenantId: string) =>
  transaction(database, asTenant(tenantId), () =>
    database.query(
      `insert into ${schema}.${MARKER} (tenant_id) values ($1) on conflict do nothing`,
      [tenantId],
    ),
  );

/** Waits for everybody who is writing to the table; who comes after sees the mark. */
const barrier = (database: Database, table: string) =>
  transaction(database, `set local lock_timeout = '${LOCK_TIMEOUT}'`, () =>
    database.query(`lock table ${table} in share mode`),
  );

/** For how long a run may go on without asking state. */
const longestLease = (database: Database, tenantId: string): Promise<number> =>
  transaction(database, asTenant(tenantId), async () => {
    const { rows } = await database.query<{ ms: number }>(
      `select greatest(0, extract(epoch from max(lease_until) - clock_timestamp()) * 1000)::float8 as ms
       from state.account where tenant_id = $1`,
      [tenantId],
    );
    return rows[0]?.ms ?? 0;
  });

/** The tenant's own row goes before its feed: who appends afterwards finds no resident, and then the mark. */
const inOrder = (
  tables: readonly TenantTable[],
  schema: Schema,
): TenantTable[] => {
  const first = [...FIRST[schema], "state.tenant"];
  const rank = ({ name }: TenantTable): number =>
    first.includes(name) ? first.indexOf(name) : first.length;
  return tables
    .filter(({ name }) => name !== `${schema}.${MARKER}`)
    .toSorted((a, b) => rank(a) - rank(b));
};

/** @returns false when it was broken off */
const empty = async (
  { tenantId, signal }: Erasure,
  database: Database,
  { name, key }: TenantTable,
  progress: (deleted: number) => void,
): Promise<boolean> => {
  const keys = key.join(", ");
  for (let deleted = BATCH; deleted === BATCH;) {
    if (signal.aborted) return false;
    deleted = await transaction(database, asTenant(tenantId), async () => {
      const { rowCount } = await database.query(
        `delete from ${name} where tenant_id = $1 and (${keys}) in (
           select ${keys} from ${name} where tenant_id = $1 limit ${BATCH})`,
        [tenantId],
      );
      return rowCount ?? 0;
    });
    progress(deleted);
  }
  return true;
};

/** Takes the mark back, for a tenant that returns. @returns whether there was one */
export const readmit = async (
  databases: Databases,
  tenantId: string,
): Promise<boolean> => {
  let marked = false;
  for (const schema of SCHEMAS) {
    const database = databases[schema];
    const { rowCount } = await transaction(database, asTenant(tenantId), () =>
      database.query(`delete from ${schema}.${MARKER} where tenant_id = $1`, [
        tenantId,
      ]),
    );
    marked ||= (rowCount ?? 0) > 0;
  }
  return marked;
};
