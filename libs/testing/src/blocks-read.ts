/** For `startPostgres`: what statements look at is counted, and no plan changes as statistics are gathered unasked. */
export const COUNTS_BLOCKS = {
  shared_preload_libraries: "pg_stat_statements",
  autovacuum: "off",
} as const;

type Rows = (
  sql: string,
  values: unknown[],
) => Promise<readonly { readonly blocks: string }[]>;

/**
 * Counts what a list costs without a clock: blocks of 8 KiB (from memory or disk) that statements of these logins look at,
 * in all databases of the server, while some work is done. Needs a server with `COUNTS_BLOCKS`.
 * @param rows asks as a superuser
 */
export async function blockCounter(rows: Rows, logins: readonly string[]) {
  await rows("create extension if not exists pg_stat_statements", []);
  return async (work: () => Promise<unknown>): Promise<number> => {
    await rows("select pg_stat_statements_reset()", []);
    await work();
    const [sum] = await rows(
      `select coalesce(sum(shared_blks_hit + shared_blks_read), 0) as blocks from pg_stat_statements
       where userid in (select oid from pg_roles where rolname = any($1))`,
      [[...logins]],
    );
    return Number(sum?.blocks);
  };
}
