import pg from "pg";

/** A connection of one command. */
export type Database = pg.Client;

/** @throws when there is no server, or it lets nobody in */
export const openDatabase = async (url: string): Promise<Database> => {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: 10_000,
    application_name: "ams-sync hosting",
    // Nobody waits for a command that hangs: what it has locked others need.
    idle_in_transaction_session_timeout: 60_000,
  });
  // A connection that breaks fails the statement under way, which says so.
  client.on("error", () => undefined);
  await client.connect();
  return client;
};

/** One transaction; rolled back when the work fails. */
export const transaction = async <T>(
  client: Database,
  opening: string,
  work: () => Promise<T>,
): Promise<T> => {
  await client.query(`begin; ${opening}`);
  try {
    const result = await work();
    await client.query("commit");
    return result;
  } catch (error) {
    // The first error is the one to tell.
    await client.query("rollback").catch(() => undefined);
    throw error;
  }
};

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
export const isTenantId = (text: string): boolean => UUID.test(text);

/** SQL that names the tenant of the transaction to row-level security. */
export const asTenant = (tenantId: string): string => {
  if (!isTenantId(tenantId)) throw new TypeError("tenantId must be a UUID");
  return `select set_config('app.tenant_id', '${tenantId}', true);`;
};
