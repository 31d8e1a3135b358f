import { spawnSync } from "node:child_process";
import { connect } from "node:net";
import { freePort } from "./free-port.js";
import type { GuardedProcess } from "./guarded-process.js";
import type { Home } from "./home.js";
import { waitFor } from "./wait-for.js";

export interface LocalServer {
  readonly port: number;
  /** Of the running process; another one after `restart`. */
  readonly pid: number;
  readonly logFile: string;
  /** Stops the server if it runs, and starts it on the same port and data. */
  restart(): Promise<void>;
  /** Ends the server as a crash would. */
  kill9(): Promise<void>;
  /** Stops the server and removes what was temporary. */
  stop(): Promise<void>;
  /** Calls each time that the process ends by itself: by none of the methods above, which are asked for. */
  onDeath(told: () => void): void;
}

export interface LocalServerOptions {
  readonly name: string;
  readonly home: Home;
  /** Default: a free one. */
  readonly port: number | undefined;
  readonly launch: (port: number) => Promise<GuardedProcess>;
  /** Default: the port accepts connections. */
  readonly ready?: (port: number) => Promise<boolean>;
  /** A server that died with this in its log is started again for a while. */
  readonly passing?: RegExp;
}

const READY_MS = 60_000;
const PASSING_MS = 15_000;

/**
 * Starts a server process on 127.0.0.1 and waits until it is ready. Throws with
 * its last log lines when it dies instead.
 */
export async function startLocalServer(
  options: LocalServerOptions,
): Promise<LocalServer> {
  let port = options.port ?? (await freePort());
  let server = await startOnce(options, port)
    .catch(async (error: unknown) => {
      // Somebody else may have taken the free port in the meantime.
      if (options.port !== undefined) throw error;
      port = await freePort();
      return startOnce(options, port);
    })
    .catch(async (error: unknown) => {
      await options.home.discard();
      throw error;
    });
  const listeners: (() => void)[] = [];
  let asked: GuardedProcess | undefined;
  const ending = (): GuardedProcess => (asked = server);
  const watch = (): void => {
    const watched = server;
    void watched.exited.then(() => {
      if (watched !== asked) for (const tell of listeners) tell();
    });
  };
  watch();
  return {
    port,
    get pid() {
      return server.pid;
    },
    logFile: server.logFile,
    restart: async () => {
      await ending().stop();
      server = await startOnce(options, port);
      watch();
    },
    kill9: () => ending().kill9(),
    stop: async () => {
      await ending().stop();
      await options.home.discard();
    },
    onDeath: (told) => void listeners.push(told),
  };
}

async function startOnce(
  { name, launch, ready = accepts, passing }: LocalServerOptions,
  port: number,
): Promise<GuardedProcess> {
  const begin = performance.now();
  for (;;) {
    const server = await launch(port);
    try {
      await waitFor(async () => !server.running() || (await ready(port)), {
        what: `${name} to be ready`,
        timeoutMs: READY_MS,
      });
    } catch (error) {
      await server.kill9();
      throw error;
    }
    if (server.running()) return server;
    const log = await server.tail();
    const wait = performance.now() - begin < PASSING_MS;
    if (!(wait && passing?.test(log)))
      throw new Error(
        `${name} did not start on port ${port}. Its last log lines:\n${log}`,
      );
  }
}

/** Whether a command exists, asked by running it. */
export function commandExists(command: string, args: string[]): boolean {
  return spawnSync(command, args, { stdio: "ignore" }).status === 0;
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
