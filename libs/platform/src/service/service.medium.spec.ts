import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import {
  startGuarded,
  startOtlpReceiver,
  startPostgres,
  waitFor,
  type GuardedProcess,
  type OtlpReceiver,
  type Postgres,
  type ReceivedSpan,
} from "@ams-sync/testing";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { MIGRATE, SERVICE } from "./probe-service.fixture.js";

const root = join(import.meta.dirname, "../..");

let postgres: Postgres;
let receiver: OtlpReceiver;
let dir: string;
let env: Record<string, string>;
const processes: GuardedProcess[] = [];

beforeAll(async () => {
  // A build of what is tested; seconds when nothing was built before.
  await promisify(execFile)(process.execPath, [
    join(root, "../../node_modules/typescript/bin/tsc"),
    "--build",
    root,
  ]);
  [postgres, receiver] = await Promise.all([
    startPostgres(),
    startOtlpReceiver(),
  ]);
  dir = await mkdtemp(join(tmpdir(), "service-"));
  const { generateServiceKeys } = await import("../grpc/service-keys.js");
  const { privateKeys, publicKeys } = await generateServiceKeys(["probe"]);
  env = {
    PATH: process.env["PATH"] ?? "",
    TZ: "America/Los_Angeles",
    HTTP_PORT: "0",
    SERVICE_KEY_FILE: join(dir, "probe.jwk"),
    SERVICE_KEYS_FILE: join(dir, "keys.json"),
    DATABASE_URL: await postgres.createDatabase("probe"),
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    OTEL_BSP_SCHEDULE_DELAY: "100",
  };
  await writeFile(
    join(dir, "probe.jwk"),
    JSON.stringify(privateKeys.get("probe")),
  );
  await writeFile(join(dir, "keys.json"), JSON.stringify(publicKeys));
});
afterEach(async () => {
  for (const running of processes.splice(0)) await running.stop();
  receiver.clear();
});
afterAll(async () => {
  await Promise.all([postgres.stop(), receiver.stop()]);
  await rm(dir, { recursive: true });
});

const run = async (
  script: string,
  extra: Record<string, string | undefined> = {},
): Promise<GuardedProcess> => {
  const started = await startGuarded({
    command: process.execPath,
    args: [
      "--import",
      "@ams-sync/platform/telemetry-register",
      "--input-type=module",
      "--eval",
      script,
    ],
    // Bare imports of the script are those of this package.
    cwd: root,
    logFile: join(dir, `${processes.length}-${Date.now()}.log`),
    env: { ...env, ...extra },
  });
  processes.push(started);
  return started;
};

interface Line {
  readonly level: string;
  readonly msg: string;
  readonly http?: string;
  readonly err?: { readonly message: string };
}
/** Every line must be JSON: this throws for one that is not. */
const lines = async ({ logFile }: GuardedProcess): Promise<Line[]> =>
  (await readFile(logFile, "utf8"))
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Line);

/** The service's address, once it is up. */
const up = (service: GuardedProcess): Promise<string> =>
  waitFor(
    async () => {
      if (!service.running()) throw new Error(await service.tail());
      return (await lines(service)).find(({ http }) => http !== undefined)
        ?.http;
    },
    { what: "the service", timeoutMs: 30_000 },
  );

/** The spans of a request, once the outermost has come: it ends last. */
const traceUnder = async (
  parentSpanId: string,
): Promise<readonly ReceivedSpan[]> => {
  const root = await waitFor(
    () => receiver.spans().find((span) => span.parentSpanId === parentSpanId),
    { what: "the request's span", timeoutMs: 10_000 },
  );
  return receiver.spans().filter(({ traceId }) => traceId === root.traceId);
};

describe("a service", () => {
  it("answers, is ready, shows metrics, and sends its spans in one trace", async () => {
    const url = await up(await run(SERVICE));
    expect(await (await fetch(`${url}/health/live`)).json()).toEqual({
      status: "ok",
    });
    const ready = await fetch(`${url}/health/ready`);
    expect(ready.status).toBe(200);
    expect(await ready.json()).toMatchObject({
      status: "ok",
      info: { database: { status: "up" } },
    });

    const traceId = "0af7651916cd43dd8448eb211c80319c";
    const shown = await fetch(`${url}/probe/show?q=geheim`, {
      headers: { traceparent: `00-${traceId}-b7ad6b7169203331-01` },
    });
    const { inner } = (await shown.json()) as { inner: string };
    expect(inner).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-01$`));

    const trace = await traceUnder("b7ad6b7169203331");
    expect(trace.every(({ service }) => service === "probe")).toBe(true);
    const server = trace.find(
      ({ parentSpanId }) => parentSpanId === "b7ad6b7169203331",
    );
    expect(server?.name).toMatch(/^GET/);
    const own = trace.find(({ name }) => name === "inner");
    expect(own?.attributes).toMatchObject({ kind: "Prüfung" });
    expect(inner).toContain(own?.spanId);
    const outgoing = trace.find(
      ({ attributes }) => attributes["url.full"] !== undefined,
    );
    expect(outgoing?.attributes["url.full"]).toBe(`${url}/health/live`);
    // One query through TypeORM's `require`, one through an `import`.
    const queries = trace
      .filter(({ name }) => name.startsWith("pg.query"))
      .map(({ attributes }) => JSON.stringify(attributes));
    expect(queries.filter((text) => text.includes("'typeorm'"))).toHaveLength(
      1,
    );
    expect(queries.filter((text) => text.includes("'esm'"))).toHaveLength(1);
    const all = JSON.stringify(receiver.spans());
    expect(all).not.toContain("geheim");
    expect(all).not.toContain("pg.connect");

    const metrics = await fetch(`${url}/metrics`);
    expect(metrics.headers.get("content-type")).toContain("text/plain");
    expect(await metrics.text()).toMatch(/^ams_sync_probe_runs_total 1$/m);
  });

  it("logs requests and errors as JSON, without query strings and secrets", async () => {
    const service = await run(SERVICE);
    const url = await up(service);
    const answer = await fetch(`${url}/probe/fail?password=geheim`, {
      headers: { authorization: "Bearer geheim-geheim" },
    });
    expect(answer.status).toBe(500);
    expect(await answer.text()).not.toContain("Müller");
    await waitFor(
      async () => (await lines(service)).some(({ level }) => level === "error"),
      { what: "the error's line" },
    );
    expect(await readFile(service.logFile, "utf8")).not.toContain("geheim");
  });

  it("is not ready without its database, says so, and lives on", async () => {
    const away = await startPostgres();
    const service = await run(SERVICE, {
      DATABASE_URL: await away.createDatabase("away"),
    });
    const url = await up(service);
    await away.stop();
    const ready = await fetch(`${url}/health/ready`);
    expect(ready.status).toBe(503);
    const text = await ready.text();
    expect(JSON.parse(text)).toMatchObject({
      status: "error",
      error: { database: { status: "down", message: "not ready" } },
    });
    expect(text).not.toContain("127.0.0.1");
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
    expect(service.running()).toBe(true);
  });

  it.each(["SIGTERM", "SIGINT"] as const)(
    "stops cleanly on %s, with its last spans sent",
    async (signal) => {
      const service = await run(SERVICE, { OTEL_BSP_SCHEDULE_DELAY: "60000" });
      const url = await up(service);
      await fetch(`${url}/probe/show`);
      expect(receiver.spans()).toEqual([]);
      const began = performance.now();
      process.kill(service.pid, signal);
      expect(await service.exited).toEqual({ code: 0, signal: null });
      expect(performance.now() - began).toBeLessThan(5_000);
      expect(receiver.spans().some(({ name }) => name === "inner")).toBe(true);
      expect((await lines(service)).at(-1)).toMatchObject({ msg: "stopped" });
    },
  );

  it("leaves within 5 s even if something hangs", async () => {
    const service = await run(SERVICE, { HANGS: "yes" });
    await up(service);
    const began = performance.now();
    process.kill(service.pid, "SIGTERM");
    expect(await service.exited).toEqual({ code: 1, signal: null });
    expect(performance.now() - began).toBeLessThan(5_000);
  });

  it("stops in time though nobody takes its spans", async () => {
    const service = await run(SERVICE, {
      OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:1",
    });
    const url = await up(service);
    await fetch(`${url}/probe/show`);
    const began = performance.now();
    process.kill(service.pid, "SIGTERM");
    expect(await service.exited).toEqual({ code: 0, signal: null });
    expect(performance.now() - began).toBeLessThan(4_000);
    expect((await lines(service)).at(-1)).toMatchObject({ msg: "stopped" });
  });
});

describe("a bad start", () => {
  it("names all bad variables in one line, and no value", async () => {
    const service = await run(SERVICE, {
      HTTP_PORT: "geheim",
      DATABASE_URL: undefined,
    });
    expect(await service.exited).toEqual({ code: 1, signal: null });
    const log = await lines(service);
    expect(log).toHaveLength(1);
    expect(log[0]).toMatchObject({
      level: "fatal",
      msg: "Set these environment variables right and start again: HTTP_PORT (must be of type number), DATABASE_URL (missing)",
    });
  });

  it("names files that cannot be read in the same line", async () => {
    const service = await run(SERVICE, {
      DATABASE_URL: "probe:geheim@db",
      SERVICE_KEY_FILE: "/nowhere/geheim",
    });
    expect((await service.exited).code).toBe(1);
    const log = await lines(service);
    expect(log).toHaveLength(1);
    expect(log[0]?.msg).toMatch(/DATABASE_URL \(.*SERVICE_KEY_FILE \(names/);
    expect(JSON.stringify(log)).not.toContain("geheim");
    expect(log[0]?.err).toBeUndefined();
  });

  it("is a line, too, when the database is not there", async () => {
    const service = await run(SERVICE, {
      DATABASE_URL: "postgres://probe:geheim@127.0.0.1:1/none",
    });
    expect((await service.exited).code).toBe(1);
    const log = await lines(service);
    expect(log.at(-1)).toMatchObject({ msg: "probe could not start" });
    expect(log.at(-1)?.err).toEqual({
      type: "Error",
      message: "connect ECONNREFUSED 127.0.0.1:1",
      code: "ECONNREFUSED",
    });
    expect(JSON.stringify(log)).not.toContain("geheim");
  });
});

describe("migrateMain", () => {
  it("migrates and leaves with 0", async () => {
    const migration = await run(MIGRATE, {
      MIGRATE_DATABASE_URL: env["DATABASE_URL"],
    });
    expect((await migration.exited).code).toBe(0);
    expect((await lines(migration)).map(({ msg }) => msg)).toContain(
      "migrations done",
    );
  });

  it("names its variable and leaves with 1", async () => {
    const migration = await run(MIGRATE);
    expect((await migration.exited).code).toBe(1);
    expect((await lines(migration)).map(({ msg }) => msg)).toEqual([
      "Set these environment variables right and start again: MIGRATE_DATABASE_URL (missing)",
    ]);
  });
});
