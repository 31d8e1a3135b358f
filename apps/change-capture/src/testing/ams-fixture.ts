import { randomUUID } from "node:crypto";
import { Client } from "pg";

/** What of a test server is used here. */
export interface Server {
  url(database: string, user?: string, password?: string): string;
  createDatabase(name: string): Promise<string>;
}

export interface AmsFixture {
  /** Also the database's name. */
  readonly source: string;
  readonly slot: string;
  /** The superuser. */
  readonly adminUrl: string;
  /** A login as the hoster would make it for capture. */
  readonly captureUrl: string;
  readonly captureLogin: string;
  readonly tenantId: string;
  /** A connection of the superuser, whom row-level security does not bind. */
  readonly admin: Client;
  sql(text: string, values?: unknown[]): Promise<Record<string, unknown>[]>;
  /** Gives the ids. */
  addCustomers(count: number): Promise<string[]>;
  close(): Promise<void>;
}

const PASSWORD = "nur für Tests";

/** An ams database with one tenant and one user (id 1), and a login for capture. */
export async function amsFixture(
  server: Server,
  migrate: (url: string) => Promise<unknown>,
  source: string,
): Promise<AmsFixture> {
  const adminUrl = await server.createDatabase(source);
  await quietly(() => migrate(adminUrl));
  const captureLogin = `capture_${source}`;
  const admin = await connected(adminUrl);
  await admin.query(
    `create role ${captureLogin} login password '${PASSWORD}' replication in role ams_sync_capture`,
  );
  const tenantId = randomUUID();
  const sql: AmsFixture["sql"] = async (text, values) =>
    (await admin.query(text, values)).rows;
  await sql("insert into ams.tenant (tenant_id, name) values ($1, 'Weiß')", [
    tenantId,
  ]);
  await sql(
    "insert into ams.user_account (tenant_id, user_id, login) values ($1, 1, 'müller')",
    [tenantId],
  );
  return {
    source,
    slot: `ams_sync_${source}`,
    adminUrl,
    captureUrl: server.url(source, captureLogin, PASSWORD),
    captureLogin,
    tenantId,
    admin,
    sql,
    addCustomers: async (count) => {
      const rows = await sql(
        `insert into ams.customer (tenant_id, kind, last_name)
         select $1, 'private', 'Groß' from generate_series(1, $2) returning customer_id::text as id`,
        [tenantId, count],
      );
      return rows.map((row) => String(row["id"]));
    },
    close: () => admin.end(),
  };
}

/**
 * Inserts, deletes and moves keys, one transaction each, until the returned
 * function is called; that gives the number of rounds.
 */
export async function keepWriting(
  ams: AmsFixture,
): Promise<() => Promise<number>> {
  const client = await connected(ams.adminUrl);
  let writing = true;
  const rounds = (async () => {
    for (let i = 0; ; i += 1) {
      if (!writing) return i;
      await client.query(
        "insert into ams.customer (tenant_id, kind, last_name) values ($1, 'private', 'Süß')",
        [ams.tenantId],
      );
      await client.query(
        "delete from ams.customer where customer_id = (select min(customer_id) from ams.customer)",
      );
      if (i % 2 === 0)
        await client.query(
          "update ams.customer set customer_id = customer_id + 1000000 where customer_id = (select min(customer_id) from ams.customer where customer_id > 100)",
        );
    }
  })();
  return async () => {
    writing = false;
    const done = await rounds;
    await client.end();
    return done;
  };
}

async function quietly(work: () => Promise<unknown>): Promise<void> {
  const level = process.env["LOG_LEVEL"];
  process.env["LOG_LEVEL"] = "silent";
  try {
    await work();
  } finally {
    process.env["LOG_LEVEL"] = level ?? "info";
  }
}

export async function connected(url: string): Promise<Client> {
  const client = new Client({ connectionString: url });
  // A test that stops the server ends this connection too.
  client.on("error", () => undefined);
  await client.connect();
  return client;
}
