import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startGuarded } from "./guarded-process.js";
import { waitFor } from "./wait-for.js";

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "ams-sync-guard-"));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

/** Running and not a zombie that nobody collects. */
async function runs(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  return stat !== "" && !/\) Z /.test(stat);
}

const node = (script: string) => ({
  command: process.execPath,
  args: ["-e", script],
  logFile: join(dir, "log"),
});

describe("startGuarded", () => {
  it("asks first, and kills what does not listen", async () => {
    const polite = await startGuarded(
      node(
        `process.on("SIGTERM", () => { console.log("tschüß"); process.exit(3); }); console.log("da"); setInterval(() => {}, 1000)`,
      ),
    );
    await waitFor(async () => (await polite.tail()) === "da", { what: "da" });
    await polite.stop();
    expect(await polite.exited).toEqual({ code: 3, signal: null });
    expect(await polite.tail()).toBe("da\ntschüß");

    const deaf = await startGuarded(
      node(
        `process.on("SIGTERM", () => {}); console.log("taub"); setInterval(() => {}, 1000)`,
      ),
    );
    await waitFor(async () => (await deaf.tail()).endsWith("taub"), {
      what: "taub",
    });
    await deaf.stop(200);
    expect(await deaf.exited).toEqual({ code: null, signal: "SIGKILL" });
    expect(deaf.running()).toBe(false);
  });

  it("ends the workers that a process leaves behind", async () => {
    const parent = (after: string) => ({
      command: "/bin/sh",
      args: ["-c", `sleep 600 & echo $!; ${after}`],
      logFile: join(dir, "log"),
      withWorkers: true,
    });
    for (const { after, end } of [
      { after: "wait", end: "stop" as const },
      { after: "wait", end: "kill9" as const },
      { after: "exit 0", end: "stop" as const },
    ]) {
      const server = await startGuarded(parent(after));
      const worker = await waitFor(async () => Number(await server.tail(1)), {
        what: "the worker's id",
      });
      if (after === "wait") expect(await runs(worker)).toBe(true);
      await server[end]();
      expect(await runs(worker)).toBe(false);
      await rm(join(dir, "log"));
    }
  });

  it("names a command that does not exist", async () => {
    await expect(
      startGuarded({ command: "gibt-es-nicht", args: [], logFile: `${dir}/l` }),
    ).rejects.toThrow("gibt-es-nicht could not be started");
  });

  it.each([
    { withWorkers: false, command: "sleep", args: ["600"] },
    {
      withWorkers: true,
      command: "/bin/sh",
      args: ["-c", "trap '' TERM; sleep 600 & sleep 601"],
    },
  ])(
    "ends $command and removes its folder when its parent is killed",
    async (child) => {
      const data = await mkdtemp(join(tmpdir(), "ams-sync-abandoned-"));
      const module = new URL("./guarded-process.ts", import.meta.url).href;
      const parent = spawn(
        process.execPath,
        [
          "--input-type=module",
          "-e",
          // Sources name each other as they will be called when built.
          `import { registerHooks } from "node:module";
         registerHooks({ resolve: (name, context, next) => next(name.replace(/^(\\..*)\\.js$/, "$1.ts"), context) });
         const { startGuarded } = await import(${JSON.stringify(module)});
         const child = await startGuarded({ ...${JSON.stringify({ ...child, logFile: join(dir, "log"), removeWhenAbandoned: data })} });
         console.log(child.pid);`,
        ],
        { stdio: ["ignore", "pipe", "inherit"] },
      );
      const pid = Number(
        await new Promise<string>((resolve) =>
          parent.stdout.once("data", (chunk) => resolve(String(chunk))),
        ),
      );
      expect(await runs(pid)).toBe(true);
      parent.kill("SIGKILL");
      await waitFor(async () => !(await runs(pid)) && !existsSync(data), {
        what: "the guard",
        timeoutMs: 15_000,
      });
    },
  );
});
