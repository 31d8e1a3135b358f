import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { startGuarded } from "./guarded-process.js";
import { homeFor } from "./home.js";
import {
  commandExists,
  startLocalServer,
  type LocalServer,
} from "./local-server.js";

export interface XandikosOptions {
  /** The one user. Any name and any password are let in to what is the user's. */
  readonly user: string;
  /** Default: a free one. */
  readonly port?: number;
}

export interface Xandikos extends LocalServer {
  /** `http://127.0.0.1:port/`, the place to begin discovery. */
  readonly url: string;
  /** The address book that it makes. */
  readonly addressBook: string;
  /** The calendar that it makes. */
  readonly calendar: string;
}

/** Whether Debian's package `xandikos` is installed. */
export function xandikosAvailable(): boolean {
  return commandExists("xandikos", ["--version"]);
}

/**
 * Starts Xandikos, a CalDAV/CardDAV server on git, on loopback. It checks no
 * passwords and has one principal, `/user/`, with an address book and a
 * calendar: not a server for what concerns several users.
 */
export async function startXandikos(
  options: XandikosOptions,
): Promise<Xandikos> {
  const principal = `/${encodeURIComponent(options.user)}/`;
  const home = await homeFor("xandikos", undefined);
  const store = join(home.dir, "store");
  await mkdir(store);
  const server = await startLocalServer({
    name: "Xandikos",
    home,
    port: options.port,
    launch: (port) =>
      startGuarded({
        command: "xandikos",
        args: [
          ...["--directory", store],
          ...["--listen-address", "127.0.0.1", "--port", String(port)],
          ...["--current-user-principal", principal, "--defaults"],
        ],
        cwd: home.dir,
        // Its commits carry a name and an address, that git asks for.
        env: { ...process.env, HOME: home.dir, EMAIL: "test@example.org" },
        logFile: join(home.dir, "xandikos.log"),
        removeWhenAbandoned: home.dir,
      }),
  });
  const url = `http://127.0.0.1:${server.port}/`;
  return Object.assign(server, {
    url,
    addressBook: new URL(`${principal}contacts/addressbook/`, url).href,
    calendar: new URL(`${principal}calendars/calendar/`, url).href,
  });
}
