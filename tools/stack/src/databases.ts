import { randomBytes } from "node:crypto";
import { Client } from "pg";

/** The databases as their owner reaches them. */
export interface Databases {
  /** Name → URL of each ams database. */
  readonly ams: ReadonlyMap<string, string>;
  /** What ams-sync remembers. */
  readonly own: string;
}

/** Login → the group role that the migrations made. */
const OWN = {
  state: "ams_sync_state",
  schedule: "ams_sync_schedule",
  settings: "ams_sync_settings",
  queue: "ams_sync_queue",
  // Of whoever hosts, not of a service.
  keys: "ams_sync_keys",
  tenants: "ams_sync_tenants",
} as const;
const AMS = {
  connector: "ams_sync_connector",
  capture: "ams_sync_capture",
  console: "ams_sync_console",
} as const;

/** URLs with which services log in. */
export interface Logins {
  readonly own: Readonly<Record<keyof typeof OWN, string>>;
  /** By the name of the ams database. */
  readonly ams: ReadonlyMap<string, Readonly<Record<keyof typeof AMS, string>>>;
}

/**
 * Makes the logins of the services, each a member of one group role, with a new
 * password at each start; gives their URLs. Run after the migrations.
 */
export async function provisionLogins(databases: Databases): Promise<Logins> {
  const ams = new Map<string, Record<keyof typeof AMS, string>>();
  for (const [source, url] of databases.ams) {
    // Roles are the server's, on which several of them may be: each gets its own.
    const suffix = ams.size === 0 ? "" : `_${ams.size + 1}`;
    ams.set(source, await provision(url, AMS, suffix));
  }
  return { own: await provision(databases.own, OWN), ams };
}

async function provision<K extends string>(
  database: string,
  groups: Readonly<Record<K, string>>,
  suffix = "",
): Promise<Record<K, string>> {
  const urls: Partial<Record<K, string>> = {};
  for (const [login, group] of entries(groups)) {
    const url = new URL(database);
    const name = `${group}_login${suffix}`;
    const password = randomBytes(18).toString("base64url");
    // Change capture streams the WAL, which takes the attribute.
    const replication = group === AMS.capture ? "replication" : "";
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
  return urls as Record<K, string>;
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

const entries = <K extends string, V>(
  object: Readonly<Record<K, V>>,
): [K, V][] => Object.entries(object) as [K, V][];
