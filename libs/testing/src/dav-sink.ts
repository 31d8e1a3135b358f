import { join } from "node:path";
import { startGuarded } from "./guarded-process.js";
import { homeFor } from "./home.js";
import { nodeProgram } from "./node-program.js";
import { startLocalServer, type LocalServer } from "./local-server.js";

export interface DavSinkOptions {
  /** Keeps what is put there and gives it back. Default false: only names and versions. */
  readonly keepItems?: boolean;
  /** Default: a free one. */
  readonly port?: number;
}

/** Since the start or the last `reset`. */
export interface DavSinkCounts {
  /** Requests that named a user, by method. */
  readonly methods: Readonly<Record<string, number>>;
  /** The same for each user name. */
  readonly users: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Milliseconds since 1970; null where there was none. */
  readonly firstPutAt: number | null;
  readonly lastPutAt: number | null;
  /** In all collections now. */
  readonly items: number;
}

export interface DavSink extends LocalServer {
  /** `http://127.0.0.1:port/`, the place to begin discovery. */
  readonly url: string;
  /** Address of a user's collection of that name, made or not. Ends with a slash. */
  collectionOf(user: string, name: string): string;
  counts(): Promise<DavSinkCounts>;
  reset(): Promise<void>;
}

/**
 * Starts a process on loopback that answers as a CalDAV/CardDAV server does and
 * does next to nothing for it, so that a measurement shows what its client
 * costs. Everything is in memory: a name and a number for each item, a name for
 * each of the last million changes.
 *
 * It knows discovery, PROPFIND, MKCOL and MKCALENDAR, PUT, GET and DELETE with
 * `If-Match` and `If-None-Match: *`, sync-collection and multiget. Every name is
 * let in with every password, to what is below `/name/`. It does not look into
 * what it gets: no UID, no content type is checked, PROPFIND gives all that it
 * has whatever was asked, multiget and GET give no content unless `keepItems`,
 * and sync-collection pays no heed to limits. After a restart it is empty.
 */
export async function startDavSink(
  options: DavSinkOptions = {},
): Promise<DavSink> {
  const home = await homeFor("dav-sink", undefined);
  const server = await startLocalServer({
    name: "The DAV sink",
    home,
    port: options.port,
    launch: (port) =>
      startGuarded({
        command: process.execPath,
        args: [
          ...nodeProgram("dav-sink-program"),
          ...[String(port), options.keepItems ? "keep" : "forget"],
        ],
        cwd: home.dir,
        logFile: join(home.dir, "dav-sink.log"),
        removeWhenAbandoned: home.dir,
      }),
  });
  const url = `http://127.0.0.1:${server.port}/`;
  const ask = async (path: string): Promise<DavSinkCounts> => {
    const answer = await fetch(new URL(path, url));
    return (await answer.json()) as DavSinkCounts;
  };
  return Object.assign(server, {
    url,
    collectionOf: (user: string, name: string) =>
      `${url}${encodeURIComponent(user)}/${encodeURIComponent(name)}/`,
    counts: () => ask("/.counts"),
    reset: async () => void (await ask("/.counts/reset")),
  });
}
