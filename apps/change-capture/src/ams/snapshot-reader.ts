import { Client, type ClientConfig } from "pg";
import type { Change } from "@ams-sync/contracts";
import { SCHEMA, recordTables } from "../decode/captured-tables.js";

/**
 * Every captured record as the exported snapshot has it, in chunks of at most
 * `rows`. `imported` is called once the snapshot is held here, so that its
 * exporter may go. One chunk is read ahead while the last one is stored.
 */
export async function* readSnapshot(
  config: ClientConfig,
  snapshot: string,
  rows: number,
  imported: () => Promise<void>,
): AsyncGenerator<readonly Change[]> {
  const client = new Client(config);
  client.on("error", () => undefined);
  try {
    await client.connect();
    await client.query("begin isolation level repeatable read, read only");
    await client.query(`set transaction snapshot '${snapshot}'`);
    await client.query(
      "set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0",
    );
    await imported();
    const time = await client.query<{ at: Date }>("select now() as at");
    const committedAt = time.rows[0]?.at ?? new Date();
    for (const { name, kind, id } of recordTables) {
      await client.query(
        `declare record no scroll cursor for select tenant_id::text, ${id}::text as record_id from ${SCHEMA}.${name}`,
      );
      const fetch = () =>
        client.query<{ tenant_id: string; record_id: string }>(
          `fetch ${rows} from record`,
        );
      for (let next = fetch(); ;) {
        const { rows: found } = await next;
        if (found.length === 0) break;
        next = fetch();
        // Awaited in the next round; a failure in between must not count as unhandled.
        next.catch(() => undefined);
        yield found.map((row) => ({
          tenantId: row.tenant_id,
          kind,
          recordId: row.record_id,
          deleted: false,
          committedAt,
          traceParent: "",
        }));
      }
      await client.query("close record");
    }
    await client.query("commit");
  } finally {
    await client.end();
  }
}
