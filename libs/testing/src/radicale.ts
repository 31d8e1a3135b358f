import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { startGuarded } from "./guarded-process.js";
import { homeFor } from "./home.js";
import {
  commandExists,
  startLocalServer,
  type LocalServer,
} from "./local-server.js";

export interface RadicaleOptions {
  readonly users: readonly {
    readonly name: string;
    readonly password: string;
  }[];
  /** Keeps the collections there; default: a folder that `stop` removes. */
  readonly dir?: string;
  /** Default: a free one. */
  readonly port?: number;
}

export interface Radicale extends LocalServer {
  /** `http://127.0.0.1:port/`, the place to begin discovery. */
  readonly url: string;
  /** Has a file for each item, at the path of its address. */
  readonly folder: string;
  /** Address of a user's collection of that name, made or not. Ends with a slash. */
  collectionOf(user: string, name: string): string;
  /** From the next request on the old one is refused. */
  changePassword(name: string, password: string): Promise<void>;
}

/** Whether Debian's package `radicale` is installed. */
export function radicaleAvailable(): boolean {
  return commandExists("radicale", ["--version"]);
}

/**
 * Starts Radicale, a CalDAV/CardDAV server, on loopback. Every user sees only
 * the own principal `/name/`, which is empty at first.
 */
export async function startRadicale(
  options: RadicaleOptions,
): Promise<Radicale> {
  let users = [...options.users];
  const home = await homeFor("radicale", options.dir);
  await chmod(home.dir, 0o700);
  const collections = join(home.dir, "collections");
  await mkdir(collections, { recursive: true });
  const usersFile = join(home.dir, "users");
  const storeUsers = () =>
    writeFile(usersFile, passwordLines(users), { mode: 0o600 });
  await storeUsers();
  const configFile = join(home.dir, "config");
  const server = await startLocalServer({
    name: "Radicale",
    home,
    port: options.port,
    launch: async (port) => {
      await writeFile(
        configFile,
        configuration({ port, usersFile, collections }),
      );
      return startGuarded({
        command: "radicale",
        args: ["--config", configFile],
        cwd: home.dir,
        logFile: join(home.dir, "radicale.log"),
        ...(home.temporary && { removeWhenAbandoned: home.dir }),
      });
    },
  });
  const url = `http://127.0.0.1:${server.port}/`;
  return Object.assign(server, {
    url,
    folder: join(collections, "collection-root"),
    collectionOf: (user: string, name: string) =>
      `${url}${encodeURIComponent(user)}/${encodeURIComponent(name)}/`,
    changePassword: (name: string, password: string) => {
      users = users.map((user) =>
        user.name === name ? { name, password } : user,
      );
      return storeUsers();
    },
  });
}

function passwordLines(users: RadicaleOptions["users"]): string {
  return users
    .map(({ name, password }) => {
      if (/[:/\n]/.test(name) || /\n/.test(password))
        throw new Error(
          "A Radicale user's name cannot hold a colon, a slash or a line break.",
        );
      return `${name}:${password}\n`;
    })
    .join("");
}

// "plain" needs no package besides radicale itself; bcrypt would need
// python3-bcrypt, and md5 somebody who computes it.
const configuration = (options: {
  port: number;
  usersFile: string;
  collections: string;
}): string => `[server]
hosts = 127.0.0.1:${options.port}
max_connections = 200
[auth]
type = htpasswd
htpasswd_filename = ${options.usersFile}
htpasswd_encryption = plain
delay = 0
[rights]
type = owner_only
[storage]
filesystem_folder = ${options.collections}
[logging]
level = warning
`;
