import { join } from "node:path";
import { startGuarded } from "./guarded-process.js";
import { homeFor } from "./home.js";
import {
  commandExists,
  startLocalServer,
  type LocalServer,
} from "./local-server.js";

export interface Redis extends LocalServer {
  /** `redis://127.0.0.1:port` */
  readonly url: string;
}

/** Whether Debian's package `redis-server` is installed. */
export function redisAvailable(): boolean {
  return commandExists("redis-server", ["--version"]);
}

/**
 * Starts a Redis on loopback that keeps nothing: after `kill9` and `restart`
 * it is empty, as a lost Redis is.
 */
export async function startRedis(
  options: { readonly port?: number } = {},
): Promise<Redis> {
  const home = await homeFor("redis", undefined);
  const server = await startLocalServer({
    name: "Redis",
    home,
    port: options.port,
    launch: (port) =>
      startGuarded({
        command: "redis-server",
        args: Object.entries({
          port: String(port),
          bind: "127.0.0.1",
          dir: home.dir,
          save: "",
          appendonly: "no",
          // BullMQ asks for it: an evicted job would be a lost one.
          "maxmemory-policy": "noeviction",
        }).flatMap(([name, value]) => [`--${name}`, value]),
        cwd: home.dir,
        logFile: join(home.dir, "redis.log"),
        removeWhenAbandoned: home.dir,
      }),
  });
  return Object.assign(server, { url: `redis://127.0.0.1:${server.port}` });
}
