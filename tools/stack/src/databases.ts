import { randomBytes } from "node:crypto";
import { Client } from "pg";

/** The databases as their owner reaches them. */
export interface Databases {
  /** ams itself. */
  readonly ams: string;
  /** What ams-sync remembers. */
  readonly own: string;
}

/** Login → the group role that the migrations made, and where it works. */
const LOGINS = {
  state: { group: "ams_sync_state", database: "own" },
  schedule: { group: "ams_sync_schedule", database: "own" },
  settings: { group: "ams_sync_settings", database: "own" },
  queue: { group: "ams_sync_queue", database: "own" },
  connector: { group: "ams_sync_connector", database: "ams" },
  capture: { group: "ams_sync_capture", database: "ams" },
} as const;

export type Login = keyof typeof LOGINS;

/**
 * Makes the logins of the services, each a member of one group role, with a new
 * password at each start; gives their URLs. Run after the migrations.
 */
export async function provisionLogins(
  databases: Databases,
): Promise<Record<Login, string>> {
  const urls: Partial<Record<Login, string>> = {};
  for (const [login, { group, database }] of entries(LOGINS)) {
    const url = new URL(databases[database]);
    const name = `${group}_login`;
    const password = randomBytes(18).toString("base64url");
    // Change capture streams the WAL, which takes the attribute.
    const replication = login === "capture" ? "replication" : "";
    await execute(
      url.href,
      `do $$ begin
         if not exists (select from pg_roles where rolname = '${name}') then
           create role ${name} login;
         end if;
       end $$;
       alter role ${name} login ${replication} password '${password}';
       grant ${group} to ${name};`,
    );
    url.username = name;
    url.password = password;
    urls[login] = url.href;
  }
  return urls as Record<Login, string>;
}

/** Makes a database that does not exist yet. */
export async function ensureDatabase(
  url: string,
  variable: string,
): Promise<void> {
  try {
    await makeIfMissing(url);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(
      `The database of ${variable} cannot be used: ${why}. It must be the URL of an owner who may create roles.`,
      { cause: error },
    );
  }
}

async function makeIfMissing(url: string): Promise<void> {
  try {
    await execute(url, "select 1");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : "";
    // invalid_catalog_name: there is no such database
    if (code !== "3D000") throw error;
    const server = new URL(url);
    const name = decodeURIComponent(server.pathname.slice(1));
    server.pathname = "/postgres";
    await execute(
      server.href,
      `create database "${name.replaceAll('"', '""')}"`,
    );
  }
}

async function execute(url: string, sql: string): Promise<void> {
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: 10_000,
    application_name: "ams-sync stack",
  });
  try {
    await client.connect();
    await client.query(sql);
  } finally {
    await client.end();
  }
}

const entries = <K extends string, V>(object: Record<K, V>): [K, V][] =>
  Object.entries(object) as [K, V][];
