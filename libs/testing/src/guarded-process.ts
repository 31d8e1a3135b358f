import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { constants } from "node:os";
import { endGroup, signalGroup } from "./process-group.js";

export interface GuardedProcessOptions {
  readonly command: string;
  readonly args: readonly string[];
  /** Standard output and error are appended to this file. */
  readonly logFile: string;
  readonly cwd?: string;
  /** The whole environment; default: this process's. */
  readonly env?: NodeJS.ProcessEnv;
  readonly uid?: number;
  readonly gid?: number;
  /** Asks the process to end. Default SIGTERM. */
  readonly stopSignal?: NodeJS.Signals;
  /** Removed by the guard if this process dies before it could clean up. */
  readonly removeWhenAbandoned?: string;
  /**
   * It forks workers that would outlive it: signals go to all of them, and what
   * is left when it ends is killed. They must not make groups of their own.
   */
  readonly withWorkers?: boolean;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A child process that cannot outlive this process. */
export interface GuardedProcess {
  readonly pid: number;
  readonly logFile: string;
  readonly exited: Promise<Exit>;
  running(): boolean;
  /** The last lines of the log. */
  tail(lines?: number): Promise<string>;
  /** Asks, waits up to `timeoutMs` (default 10 000), then kills. */
  stop(timeoutMs?: number): Promise<void>;
  /** SIGKILL, as a power cut would; waits until the process is gone. */
  kill9(): Promise<void>;
}

// Reads until its input ends, which is when the parent is gone, however it
// died: an exit hook does not run on SIGKILL, this does.
const GUARD = `read -r _
kill -s "$1" -- "$2" || exit 0
i=0
while kill -s 0 -- "$2" && [ $i -lt 50 ]; do sleep 0.1; i=$((i + 1)); done
kill -s KILL -- "$2"
[ -z "$3" ] || rm -rf "$3"`;

/** Starts a process in a session of its own, so that Ctrl-C does not reach it. */
export async function startGuarded(
  options: GuardedProcessOptions,
): Promise<GuardedProcess> {
  const { command, logFile, stopSignal = "SIGTERM" } = options;
  const { withWorkers = false } = options;
  const log = openSync(logFile, "a");
  const child = spawn(command, [...options.args], {
    stdio: ["ignore", log, log],
    detached: true,
    ...(options.cwd !== undefined && { cwd: options.cwd }),
    ...(options.env !== undefined && { env: options.env }),
    ...(options.uid !== undefined && { uid: options.uid }),
    ...(options.gid !== undefined && { gid: options.gid }),
  });
  closeSync(log);
  let ended: Exit | undefined;
  const exited = new Promise<Exit>((resolve) => {
    child.once("exit", (code, signal) => {
      ended = { code, signal };
      const left =
        withWorkers && child.pid !== undefined
          ? endGroup(child.pid)
          : Promise.resolve();
      void left.then(() => resolve({ code, signal }));
    });
  });
  await new Promise<void>((resolve, reject) => {
    child.once("spawn", resolve);
    child.once("error", (error) =>
      reject(
        new Error(`${command} could not be started: ${error.message}`, {
          cause: error,
        }),
      ),
    );
  });
  const pid = child.pid;
  if (pid === undefined) throw new Error(`${command} got no process id.`);
  // A detached process leads a group of its own id.
  const releaseGuard = startGuard(
    withWorkers ? -pid : pid,
    options,
    stopSignal,
  );
  void exited.then(releaseGuard);

  const signal = (name: NodeJS.Signals): unknown =>
    ended === undefined &&
    (withWorkers ? signalGroup(pid, name) : child.kill(name));
  const kill9 = async (): Promise<void> => {
    signal("SIGKILL");
    await exited;
  };
  return {
    pid,
    logFile,
    exited,
    running: () => ended === undefined,
    tail: (lines = 20) => tailOf(logFile, lines),
    kill9,
    stop: async (timeoutMs = 10_000) => {
      signal(stopSignal);
      const timer = setTimeout(() => void kill9(), timeoutMs);
      await exited;
      clearTimeout(timer);
    },
  };
}

/** The last lines of a text file; empty when there is no such file. */
export async function tailOf(file: string, lines: number): Promise<string> {
  const text = await readFile(file, "utf8").catch(() => "");
  return text.trimEnd().split("\n").slice(-lines).join("\n");
}

function startGuard(
  target: number,
  options: GuardedProcessOptions,
  stopSignal: NodeJS.Signals,
): () => void {
  const guard = spawn(
    "/bin/sh",
    [
      "-c",
      GUARD,
      "ams-sync-guard",
      String(constants.signals[stopSignal]),
      String(target),
      options.removeWhenAbandoned ?? "",
    ],
    { stdio: ["pipe", "ignore", "ignore"], detached: true, cwd: "/" },
  );
  guard.unref();
  const input = guard.stdin;
  if ("unref" in input && typeof input.unref === "function") input.unref();
  return () => guard.kill("SIGKILL");
}
