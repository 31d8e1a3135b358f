import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, chown, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { freePort } from "./free-port.js";
import { startGuarded, type GuardedProcess } from "./guarded-process.js";
import {
  postgresBinaries,
  type PostgresBinaries,
} from "./postgres-binaries.js";
import { waitFor } from "./wait-for.js";

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

export interface Postgres {
  readonly host: string;
  readonly port: number;
  readonly pid: number;
  readonly logFile: string;
  readonly password: string;
  /** The superuser `postgres` in the database `postgres`. */
  readonly adminUrl: string;
  /** Default user: the superuser. */
  url(database: string, user?: string, password?: string): string;
  /** Makes a database and gives its URL for the superuser. */
  createDatabase(name: string): Promise<string>;
  /** Stops the server if it runs, and starts it on the same port and data. */
  restart(): Promise<void>;
  /** Ends the server as a power cut of its process would. */
  kill9(): Promise<void>;
  stop(): Promise<void>;
  /** Ends when the server process ends, for whatever reason. */
  exited(): Promise<unknown>;
}

const HOST = "127.0.0.1";
const ADMIN = "postgres";

/**
 * Starts a PostgreSQL 18 from npm's binaries: loopback only, TCP only,
 * `wal_level=logical`, password logins. Throws with the server's last log lines
 * when it does not start.
 */
export async function startPostgres(
  options: PostgresOptions = {},
): Promise<Postgres> {
  const binaries = await postgresBinaries();
  const temporary = options.home === undefined;
  const home =
    options.home ?? (await mkdtemp(join(tmpdir(), "ams-sync-postgres-")));
  await mkdir(home, { recursive: true });
  if (binaries.runAs !== undefined) {
    await chown(home, binaries.runAs.uid, binaries.runAs.gid);
    await chmod(home, 0o700);
  }
  const data = join(home, "data");
  const logFile = join(home, "postgres.log");
  const password = options.password ?? randomBytes(18).toString("base64url");
  if (!existsSync(join(data, "PG_VERSION")))
    await initialise(binaries, home, data, password, temporary);

  let port = options.port ?? (await freePort());
  const launch = async (): Promise<GuardedProcess> => {
    const settings = settingsFor(port, temporary, options.settings);
    const server = await startGuarded({
      command: binaries.postgres,
      args: ["-D", data, ...settings.flatMap((setting) => ["-c", setting])],
      cwd: home,
      env: { PATH: process.env["PATH"], LC_ALL: "C" },
      logFile,
      // "Fast shutdown": open connections are ended, not waited for.
      stopSignal: "SIGINT",
      ...binaries.runAs,
      ...(temporary && { removeWhenAbandoned: home }),
    });
    await untilReady(server, url("postgres"));
    return server;
  };
  const url = (database: string, user = ADMIN, secret = password): string =>
    `postgresql://${encodeURIComponent(user)}:${encodeURIComponent(secret)}@${HOST}:${port}/${encodeURIComponent(database)}`;

  let server = await launch().catch(async (error: unknown) => {
    // Somebody else may have taken the free port in the meantime.
    if (options.port !== undefined || !portWasTaken(error)) throw error;
    port = await freePort();
    return launch();
  });

  return {
    host: HOST,
    port,
    get pid() {
      return server.pid;
    },
    logFile,
    password,
    adminUrl: url("postgres"),
    url,
    createDatabase: async (name) => {
      await execute(url("postgres"), `create database ${quoted(name)}`);
      return url(name);
    },
    restart: async () => {
      await server.stop();
      server = await launch();
    },
    kill9: () => server.kill9(),
    stop: async () => {
      await server.stop();
      if (temporary) await rm(home, { recursive: true, force: true });
    },
    exited: () => server.exited,
  };
}

function settingsFor(
  port: number,
  temporary: boolean,
  own: PostgresOptions["settings"],
): string[] {
  const settings: Record<string, string | number> = {
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
  return Object.entries(settings).map(([name, value]) => `${name}=${value}`);
}

async function initialise(
  binaries: PostgresBinaries,
  home: string,
  data: string,
  password: string,
  temporary: boolean,
): Promise<void> {
  const passwordFile = join(home, "password");
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (binaries.runAs !== undefined)
    await chown(passwordFile, binaries.runAs.uid, binaries.runAs.gid);
  // The builtin provider sorts and folds case alike on every platform.
  const args = [
    `--pgdata=${data}`,
    `--username=${ADMIN}`,
    `--pwfile=${passwordFile}`,
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    ...(temporary ? ["--no-sync"] : []),
  ];
  try {
    await run(binaries.initdb, args, { cwd: home, ...binaries.runAs });
  } catch (error) {
    // Half a cluster would be taken for a whole one at the next start.
    await rm(data, { recursive: true, force: true });
    throw error;
  } finally {
    await rm(passwordFile, { force: true });
  }
}

function run(
  command: string,
  args: string[],
  options: { cwd: string; uid?: number; gid?: number },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      ...options,
      env: { PATH: process.env["PATH"], LC_ALL: "C" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    child.stdout.on("data", (chunk) => (output += chunk));
    child.stderr.on("data", (chunk) => (output += chunk));
    child.once("error", reject);
    child.once("close", (code) =>
      code === 0
        ? resolve()
        : reject(new Error(`${command} ended with ${code}:\n${output}`)),
    );
  });
}

async function untilReady(server: GuardedProcess, url: string): Promise<void> {
  try {
    await waitFor(
      async () => {
        if (!server.running())
          throw new Error(
            `PostgreSQL did not start. Its last log lines:\n${await server.tail()}`,
          );
        return execute(url, "select 1").then(
          () => true,
          () => false,
        );
      },
      { what: "PostgreSQL to accept connections", timeoutMs: 60_000 },
    );
  } catch (error) {
    await server.kill9();
    throw error;
  }
}

function portWasTaken(error: unknown): boolean {
  return error instanceof Error && /could not bind/.test(error.message);
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

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
