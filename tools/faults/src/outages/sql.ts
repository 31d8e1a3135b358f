import { Client, type QueryResultRow } from "pg";

/** One statement on a connection of its own, as servers come and go here; bound to the tenant where one is given. */
export async function rows<Row extends QueryResultRow>(
  url: string,
  sql: string,
  parameters: readonly unknown[] = [],
  tenantId?: string,
): Promise<Row[]> {
  return withClient(
    url,
    tenantId,
    async (client) => (await client.query<Row>(sql, [...parameters])).rows,
  );
}

export async function execute(
  url: string,
  sql: string,
  parameters: readonly unknown[] = [],
  tenantId?: string,
): Promise<void> {
  await rows(url, sql, parameters, tenantId);
}

export async function withClient<T>(
  url: string,
  tenantId: string | undefined,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const client = new Client({
    connectionString: url,
    application_name: "outages",
  });
  // A server that ends under the connection must not end this process: the query fails.
  client.on("error", () => undefined);
  await client.connect();
  try {
    if (tenantId !== undefined)
      await client.query("select set_config('app.tenant_id', $1, false)", [
        tenantId,
      ]);
    return await work(client);
  } finally {
    await client.end();
  }
}
