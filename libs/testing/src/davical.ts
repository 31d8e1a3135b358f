import { existsSync } from "node:fs";
import { chmod } from "node:fs/promises";
import { join } from "node:path";
import {
  connectionOf,
  makeDatabase,
  type DavicalUser,
} from "./davical-database.js";
import { DAVICAL, makeSite } from "./davical-site.js";
import type { DebianProgram } from "./debian-packages.js";
import { startGuarded } from "./guarded-process.js";
import { homeFor } from "./home.js";
import {
  commandExists,
  startLocalServer,
  type LocalServer,
} from "./local-server.js";
import { startPostgres, type Postgres } from "./postgres.js";

export interface DavicalOptions {
  readonly users: readonly DavicalUser[];
  /** PHP processes, each of which answers one request at a time. Default 4. */
  readonly workers?: number;
  /** Default: a free one. */
  readonly port?: number;
}

export interface Davical extends LocalServer {
  /** `http://127.0.0.1:port/`, the place to begin discovery. */
  readonly url: string;
  /** Address of a user's collection of that name, made or not. Ends with a slash. */
  collectionOf(user: string, name: string): string;
}

/** Brings PHP and psql along. */
export const DAVICAL_PROGRAM: DebianProgram = {
  program: join(DAVICAL, "dba", "create-database.sh"),
  debianPackage: "davical",
};

/** Whether Debian's package `davical` is installed. */
export function davicalAvailable(): boolean {
  return (
    existsSync(DAVICAL_PROGRAM.program) &&
    commandExists("php", [
      "-r",
      "exit((int) !extension_loaded('pdo_pgsql'));",
    ]) &&
    commandExists("psql", ["--version"])
  );
}

/**
 * Starts DAViCal, a CalDAV/CardDAV server in PHP on PostgreSQL, on loopback,
 * with a database server of its own. Every user has a principal, empty at
 * first, and sees nobody else's. It closes the connection after each answer.
 * `restart` and `kill9` concern the web server; the database stays.
 */
export async function startDavical(options: DavicalOptions): Promise<Davical> {
  const { workers = 4 } = options;
  const postgres = await startPostgres({
    // Every request logs in to the database; a real installation does so
    // without a password.
    settings: { scram_iterations: 1 },
  });
  try {
    const server = await startSite(postgres, options, workers);
    const url = `http://127.0.0.1:${server.port}/`;
    const { stop } = server;
    return Object.assign(server, {
      url,
      collectionOf: (user: string, name: string) =>
        `${url}caldav.php/${encodeURIComponent(user)}/${encodeURIComponent(name)}/`,
      stop: async () => {
        await stop();
        await postgres.stop();
      },
    });
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}

async function startSite(
  postgres: Postgres,
  { users, port: wanted }: DavicalOptions,
  workers: number,
): Promise<LocalServer> {
  await makeDatabase(postgres, DAVICAL, users);
  const home = await homeFor("davical", undefined);
  await chmod(home.dir, 0o700);
  const site = await makeSite(home.dir, connectionOf(postgres));
  return startLocalServer({
    name: "DAViCal",
    home,
    port: wanted,
    launch: (port) =>
      startGuarded({
        command: "php",
        args: ["-S", `127.0.0.1:${port}`, ...site],
        cwd: home.dir,
        env: { ...process.env, PHP_CLI_SERVER_WORKERS: String(workers) },
        logFile: join(home.dir, "davical.log"),
        withWorkers: true,
        removeWhenAbandoned: home.dir,
      }),
  });
}
