import { pipeline } from "node:stream/promises";
import { Readable } from "node:stream";
import type { Client } from "pg";
import { from as copyFrom } from "pg-copy-streams";
import { copyPieces } from "./copy-text.js";
import type { Row, TableRows } from "./plan.js";

/** Commits of this size keep the memory of everybody who decodes the WAL bounded too. */
const ROWS_PER_COMMIT = 20_000;

/**
 * Fills `ams.<table>` under the tenant of the session and returns the number of rows.
 * COPY refuses a table with row-level security, and ams forces it on its owner: the rows go through a temporary table.
 */
export async function copyTable(
  client: Client,
  { table, columns, rows }: TableRows,
): Promise<number> {
  const list = columns.join(", ");
  await client.query(
    `create temporary table incoming on commit delete rows as select ${list} from ams.${table} with no data`,
  );
  const source = rows[Symbol.iterator]();
  let total = 0;
  for (;;) {
    await client.query("begin");
    const copy = client.query(copyFrom(`copy incoming (${list}) from stdin`));
    const batch = copyPieces(take(source, ROWS_PER_COMMIT));
    await pipeline(Readable.from(batch), copy);
    await client.query(
      `insert into ams.${table} (${list}) select ${list} from incoming`,
    );
    await client.query("commit");
    total += copy.rowCount;
    if (copy.rowCount < ROWS_PER_COMMIT) break;
  }
  await client.query("drop table incoming");
  return total;
}

function* take(source: Iterator<Row>, count: number): Generator<Row> {
  for (let taken = 0; taken < count; taken++) {
    const next = source.next();
    if (next.done === true) return;
    yield next.value;
  }
}
