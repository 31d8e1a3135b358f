import { execFile } from "node:child_process";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { startPostgres, waitFor, type Postgres } from "@ams-sync/testing";
import { Client } from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");
const run = promisify(execFile);

/** A database that quotes what it refuses, and a server that is not there. */
const SERVICE = `
import http from "node:http";
import pg from "pg";
import { inSpan } from "./dist/telemetry/span.js";
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL });
const refused = async (work) => { try { await work(); } catch { return; } throw new Error("was taken"); };
await inSpan("run", {}, async () => {
  await refused(() => pool.query("select refuse($1)", ["0221 GEHEIM"]));
  await refused(() => pool.query("insert into person values ($1, 1), ($1, 2)", ["Müller-GEHEIM"]));
  await refused(() => new Promise((_done, fail) => http.get("http://127.0.0.1:1/", {
    lookup: (_host, _options, done) => done(new Error("GEHEIM.example")) , host: "geheim.example" }).on("error", fail)));
});
await pool.end();
setInterval(() => undefined, 1_000);
`;

let postgres: Postgres;
let collector: Server;
let received = "";

beforeAll(async () => {
  await run(process.execPath, [
    join(root, "../../node_modules/typescript/bin/tsc"),
    "--build",
    root,
  ]);
  collector = createServer((request, response) => {
    request.on("data", (some: Buffer) => (received += some.toString()));
    request.on("end", () => response.end("{}"));
  });
  collector.listen(0, "127.0.0.1");
  postgres = await startPostgres();
});
afterAll(async () => {
  collector.close();
  await postgres.stop();
});

it("what a database or a server said of a failure does not leave with the spans, its code does", async () => {
  const url = await postgres.createDatabase("quoting");
  const owner = new Client({ connectionString: url });
  await owner.connect();
  await owner.query(
    `create table person (name text primary key, n int);
     create function refuse(number text) returns void language plpgsql as
       $$ begin raise exception 'number % is not valid', number; end $$`,
  );
  await owner.end();
  const { port } = collector.address() as AddressInfo;
  const running = run(
    process.execPath,
    [
      ...["--import", "@ams-sync/platform/telemetry-register"],
      ...["--input-type=module", "--eval", SERVICE],
    ],
    {
      cwd: root,
      env: {
        PATH: process.env["PATH"] ?? "",
        DATABASE_URL: url,
        OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
        OTEL_BSP_SCHEDULE_DELAY: "100",
      },
    },
  );
  const ended = running.catch((error: unknown) => error);
  try {
    await waitFor(() => received.includes('"name":"run"'), {
      what: "the spans",
      timeoutMs: 90_000,
    });
  } finally {
    running.child.kill();
    await ended;
  }
  expect(received).toContain("select refuse($1)");
  expect(received).not.toContain("GEHEIM");
  for (const code of ["P0001", "23505"]) expect(received).toContain(code);
});
