import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, chown } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { startGuarded } from "./guarded-process.js";
import { homeFor } from "./home.js";
import { startLocalServer, type LocalServer } from "./local-server.js";
import { postgresBinaries, reachableForPostgres } from "./postgres-binaries.js";
import { initialiseCluster, ADMIN } from "./postgres-cluster.js";

export interface PostgresOptions {
  /** postgresql.conf, over the defaults below. */
  readonly settings?: Readonly<Record<string, string | number>>;
  /**
   * Keeps the data in this folder, with fsync on. Without it the data lives in
   * a temporary folder, with fsync off, and is removed by `stop`.
   */
  readonly home?: string;
  /** The administrator's password; needed to open a `home` again. */
  readonly password?: string;
  /** Default: a free one. */
  readonly port?: number;
}

export interface Postgres extends LocalServer {
  readonly host: string;
  readonly password: string;
  /** The superuser `postgres` in the database `postgres`. */
  readonly adminUrl: string;
  /** Default user: the superuser. */
  url(database: string, user?: string, password?: string): string;
  /** Makes a database and gives its URL for the superuser. */
  createDatabase(name: string): Promise<string>;
}

const HOST = "127.0.0.1";

/**
 * Starts a PostgreSQL 18 from npm's binaries: loopback only, TCP only,
 * `wal_level=logical`, password logins. Throws with the server's last log lines
 * when it does not start.
 */
export async function startPostgres(
  options: PostgresOptions = {},
): Promise<Postgres> {
  const binaries = await postgresBinaries();
  const base = reachableForPostgres(tmpdir()) ? tmpdir() : "/tmp";
  const home = await homeFor("postgres", options.home, base);
  if (binaries.runAs !== undefined) {
    await chown(home.dir, binaries.runAs.uid, binaries.runAs.gid);
    await chmod(home.dir, 0o700);
  }
  const data = join(home.dir, "data");
  const password = options.password ?? randomBytes(18).toString("base64url");
  if (!existsSync(join(data, "PG_VERSION")))
    await initialiseCluster(binaries, home, data, password);

  const urlOn = (
    port: number,
    database: string,
    user = ADMIN,
    pass = password,
  ) =>
    `postgresql://${encodeURIComponent(user)}:${encodeURIComponent(pass)}@${HOST}:${port}/${encodeURIComponent(database)}`;
  const server = await startLocalServer({
    name: "PostgreSQL",
    home,
    port: options.port,
    launch: (port) =>
      startGuarded({
        command: binaries.postgres,
        args: ["-D", data, ...settings(port, home.temporary, options.settings)],
        cwd: home.dir,
        env: { PATH: process.env["PATH"], LC_ALL: "C" },
        logFile: join(home.dir, "postgres.log"),
        // "Fast shutdown": open connections are ended, not waited for.
        stopSignal: "SIGINT",
        ...binaries.runAs,
        ...(home.temporary && { removeWhenAbandoned: home.dir }),
      }),
    ready: (port) => answers(urlOn(port, "postgres"), home.dir),
    // After a crash of the server or its starter, until the old one is gone.
    passing: /pre-existing shared memory block|"postmaster.pid" already exists/,
  });
  const url: Postgres["url"] = (database, user, pass) =>
    urlOn(server.port, database, user, pass);
  return Object.assign(server, {
    host: HOST,
    password,
    adminUrl: url("postgres"),
    url,
    createDatabase: async (name: string) => {
      const sql = `create database "${name.replaceAll('"', '""')}"`;
      await execute(url("postgres"), sql);
      return url(name);
    },
  });
}

function settings(
  port: number,
  temporary: boolean,
  own: PostgresOptions["settings"],
): string[] {
  const all: Record<string, string | number> = {
    listen_addresses: HOST,
    port,
    unix_socket_directories: "",
    wal_level: "logical",
    max_wal_senders: 20,
    max_replication_slots: 20,
    max_slot_wal_keep_size: "4GB",
    max_connections: 200,
    timezone: "UTC",
    log_timezone: "UTC",
    // Nothing here has to survive a power cut; synchronous_commit stays on, as
    // a killed process would lose what it had committed.
    ...(temporary && {
      fsync: "off",
      full_page_writes: "off",
      shared_buffers: "64MB",
    }),
    ...own,
  };
  return Object.entries(all).flatMap(([name, value]) => [
    "-c",
    `${name}=${value}`,
  ]);
}

/**
 * Not a bare connection: a server that still starts up or recovers accepts
 * one. A refused password is an error, as waiting would not mend it.
 */
async function answers(url: string, folder: string): Promise<boolean> {
  try {
    await execute(url, "select 1");
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "28P01")
      throw new Error(
        `PostgreSQL's data in ${folder} was made with another password. To begin anew, remove that folder.`,
        { cause: error },
      );
    return false;
  }
}

async function execute(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url });
  // A server that ends under the connection must not end this process.
  client.on("error", () => undefined);
  try {
    await client.connect();
    await client.query(sql);
  } finally {
    await client.end();
  }
}
