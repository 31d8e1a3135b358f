import { Client } from "pg";

/** A connection that does not end the process when its server goes first. */
export async function connect(connectionString: string): Promise<Client> {
  const client = new Client({ connectionString });
  client.on("error", () => undefined);
  await client.connect();
  return client;
}

/** No run pays for the dead rows and the dirty pages that another one left. */
export async function tidy(admin: Client, table: string): Promise<void> {
  await admin.query(`vacuum (analyze) ${table}`);
  await admin.query("checkpoint");
}
