import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import { CHECK_CONFIG } from "@ams-sync/platform";
import { startGuarded, waitFor, type GuardedProcess } from "@ams-sync/testing";
import { lastWords } from "./log-text.js";
import type { ProgramName, ServiceName } from "./service-names.js";

/** A running service of the stack; faults are made with `kill9`. */
export interface Service<N extends ProgramName = ServiceName> {
  readonly name: N;
  /** Among the instances of this name, from 0. */
  readonly index: number;
  /** Of change-capture: the name of its ams database. */
  readonly source: string | undefined;
  /** Of the running process; another one after `restart`. */
  readonly pid: number;
  /** `http://127.0.0.1:port` */
  readonly url: string;
  /** host:port, for the services that have gRPC. */
  readonly grpc: string | undefined;
  readonly logFile: string;
  running(): boolean;
  stop(): Promise<void>;
  kill9(): Promise<void>;
  /** Stands still (SIGSTOP): its sockets, locks and beliefs stay, it does nothing. */
  pause(): void;
  /** Goes on where it stood (SIGCONT). */
  resume(): void;
  /** Stops it if it runs, starts it on the same ports, waits until it is ready. */
  restart(): Promise<void>;
}

export interface ServiceOptions<N extends ProgramName = ServiceName> {
  readonly name: N;
  /** Default 0. */
  readonly index?: number;
  readonly source?: string | undefined;
  /** The built main.js. */
  readonly program: string;
  readonly ports: { readonly http: number; readonly grpc?: number };
  readonly env: Readonly<Record<string, string>>;
  readonly logFile: string;
  readonly signal: AbortSignal;
  /** Hears of an end that nobody here asked for. */
  readonly onDeath: (text: string) => void;
}

const READY_MS = 60_000;
/** Services leave within 5 s by themselves. */
const STOP_MS = 6_000;

/** Starts a service and waits until it is ready; throws with its last words. */
export async function startService<N extends ProgramName>(
  options: ServiceOptions<N>,
): Promise<Service<N>> {
  const { name, index = 0, ports, logFile } = options;
  const label = labelOf(name, index);
  const url = `http://127.0.0.1:${ports.http}`;
  let wanted = true;
  // Known before it is ready: it can be killed while it starts, too.
  let current = await startProcess(options);
  await ready(current);

  async function ready(started: GuardedProcess): Promise<void> {
    await untilReady(started, url, options);
    void started.exited.then(async ({ code, signal }) => {
      if (!wanted || started !== current) return;
      options.onDeath(
        `${label} ended unexpectedly (${signal ?? `exit code ${code}`}). It said last:\n${await saidLast(logFile)}\nIts log: ${logFile}`,
      );
    });
  }
  const signal = (kind: "SIGSTOP" | "SIGCONT"): void => {
    if (current.running()) process.kill(current.pid, kind);
  };
  const stop = async (): Promise<void> => {
    wanted = false;
    // One that stands still would not hear that it is to end.
    signal("SIGCONT");
    await current.stop(STOP_MS);
  };
  return {
    name,
    index,
    source: options.source,
    url,
    grpc: ports.grpc === undefined ? undefined : `127.0.0.1:${ports.grpc}`,
    logFile,
    get pid() {
      return current.pid;
    },
    running: () => current.running(),
    pause: () => signal("SIGSTOP"),
    resume: () => signal("SIGCONT"),
    stop,
    kill9: async () => {
      wanted = false;
      await current.kill9();
    },
    restart: async () => {
      await stop();
      wanted = true;
      current = await startProcess(options);
      await ready(current);
    },
  };
}

/** "change-capture", "change-capture 2": as people and log files call the instances. */
export const labelOf = (name: ProgramName, index: number): string =>
  index === 0 ? name : `${name} ${index + 1}`;

type Program = Pick<
  ServiceOptions<ProgramName>,
  "name" | "program" | "env" | "logFile"
>;

/** What the service says is wrong with its environment; undefined: nothing. It does not start. */
export async function environmentFault(
  options: Program,
): Promise<string | undefined> {
  const asked = await startProcess(options, [CHECK_CONFIG]);
  const { code } = await asked.exited;
  return code === 0 ? undefined : saidLast(options.logFile);
}

function startProcess(
  { name, program, env, logFile }: Program,
  args: readonly string[] = [],
): Promise<GuardedProcess> {
  if (!existsSync(program))
    throw new Error(`${name} is not built (${program}). Run npm run build.`);
  const telemetry = createRequire(import.meta.url).resolve(
    "@ams-sync/platform/telemetry-register",
  );
  return startGuarded({
    command: process.execPath,
    args: ["--import", pathToFileURL(telemetry).href, program, ...args],
    cwd: dirname(dirname(program)),
    env,
    logFile,
  });
}

async function untilReady(
  service: GuardedProcess,
  url: string,
  { name, index = 0, logFile, signal }: ServiceOptions<ProgramName>,
): Promise<void> {
  const label = labelOf(name, index);
  try {
    await waitFor(
      () => {
        signal.throwIfAborted();
        return !service.running() || isReady(url);
      },
      { what: `${label} to be ready`, timeoutMs: READY_MS, everyMs: 50 },
    );
    if (!service.running()) throw new Error(`${label} ended`);
  } catch (error) {
    await service.kill9();
    signal.throwIfAborted();
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(
      `${label} did not start: ${why}\n${await saidLast(logFile)}\nIts log: ${logFile}`,
      { cause: error },
    );
  }
}

async function isReady(url: string): Promise<boolean> {
  try {
    const answer = await fetch(`${url}/health/ready`, {
      signal: AbortSignal.timeout(5_000),
    });
    await answer.arrayBuffer();
    return answer.ok;
  } catch {
    return false;
  }
}

const saidLast = async (logFile: string): Promise<string> =>
  lastWords((await readFile(logFile, "utf8").catch(() => "")).slice(-20_000));
