import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, waitFor } from "@ams-sync/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startService, type Service } from "./service-process.js";

// Ready only at the third question, as a service that waits for its database.
const PROGRAM = `
  import { createServer } from "node:http";
  import { appendFileSync } from "node:fs";
  if (process.env.SLICE_SIZE === "viele") {
    console.log(JSON.stringify({ level: "fatal", msg: "Set these right: SLICE_SIZE (must be of type number)" }));
    process.exit(1);
  }
  let asked = 0;
  const server = createServer((request, response) => {
    response.writeHead(++asked < 3 ? 503 : 200).end();
  }).listen(Number(process.env.HTTP_PORT), "127.0.0.1");
  process.on("SIGTERM", () => { appendFileSync(process.env.TRACE, "stopped "); process.exit(0); });
`;

let dir: string;
let service: Service | undefined;
let deaths: string[];
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "ams-sync-service-"));
  await mkdir(join(dir, "dist"));
  await writeFile(join(dir, "dist", "main.mjs"), PROGRAM);
  deaths = [];
});
afterEach(async () => {
  await service?.stop();
  service = undefined;
  await rm(dir, { recursive: true });
});

const start = async (
  env: Record<string, string> = {},
  program = "main.mjs",
) => {
  const http = await freePort();
  service = await startService({
    name: "state",
    program: join(dir, "dist", program),
    ports: { http, grpc: 1 },
    env: { HTTP_PORT: String(http), TRACE: join(dir, "trace"), ...env },
    logFile: join(dir, "state.log"),
    signal: new AbortController().signal,
    onDeath: (text) => deaths.push(text),
  });
  return service;
};

describe("startService", () => {
  it("waits until the service is ready, and stops it by asking", async () => {
    const state = await start();
    expect((await fetch(`${state.url}/health/ready`)).status).toBe(200);
    expect(state.grpc).toBe("127.0.0.1:1");
    await state.stop();
    expect(state.running()).toBe(false);
    expect(await readFile(join(dir, "trace"), "utf8")).toBe("stopped ");
    expect(deaths).toEqual([]);
  });

  it("shows why a service does not start", async () => {
    await expect(start({ SLICE_SIZE: "viele" })).rejects.toThrow(
      /state did not start: state ended\nSet these right: SLICE_SIZE \(must be of type number\)[^]*state\.log/,
    );
    await expect(start({}, "other.js")).rejects.toThrow("Run npm run build.");
  });

  it("stands still and goes on, and stops also while it stands still", async () => {
    const state = await start();
    const answers = () =>
      fetch(state.url, { signal: AbortSignal.timeout(300) }).then(
        () => true,
        () => false,
      );
    state.pause();
    expect(await answers()).toBe(false);
    expect(state.running()).toBe(true);
    state.resume();
    expect(await answers()).toBe(true);
    state.pause();
    await state.stop();
    expect(await readFile(join(dir, "trace"), "utf8")).toBe("stopped ");
    expect(deaths).toEqual([]);
    state.pause();
    state.resume();
  });

  it("can be killed while it starts, and started once more", async () => {
    const state = await start();
    await state.stop();
    const before = state.pid;
    const starting = state.restart().then(
      () => "started",
      (error: unknown) => String(error),
    );
    await waitFor(() => state.pid !== before, { what: "the new process" });
    await state.kill9();
    expect(await starting).toContain("state did not start");
    expect(deaths).toEqual([]);
    await state.restart();
    expect(state.running()).toBe(true);
  });

  it("tells an unexpected end, and not one that was asked for", async () => {
    const state = await start();
    const first = state.pid;
    await state.kill9();
    expect(state.running()).toBe(false);
    await state.restart();
    expect(state.pid).not.toBe(first);
    expect(deaths).toEqual([]);
    process.kill(state.pid, "SIGKILL");
    await waitFor(() => deaths.length > 0, { what: "the report" });
    expect(deaths[0]).toContain("state ended unexpectedly (SIGKILL)");
  });
});
