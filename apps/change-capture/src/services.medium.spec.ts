import { randomUUID } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { migrateAms } from "@ams-sync/ams";
import {
  AccountServiceDefinition,
  StreamKind,
  System,
} from "@ams-sync/contracts";
import { grpcClient, queueBackend, ServiceKeys } from "@ams-sync/platform";
import {
  freePort,
  startGuarded,
  startOtlpReceiver,
  startPostgres,
  waitFor,
  type GuardedProcess,
  type OtlpReceiver,
  type Postgres,
} from "@ams-sync/testing";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { parseLsn } from "./lsn.js";
import {
  amsFixture,
  connected,
  keepWriting,
  type AmsFixture,
} from "./testing/ams-fixture.js";
import { answerGate, type AnswerGate } from "./testing/answer-gate.js";
import { capturePhase, Launcher, probe } from "./testing/launcher.js";
import { StateDatabase } from "./testing/state-database.js";

/** change-capture and state as processes, on one real PostgreSQL. */
const PASSWORD = "nur für Tests";

let server: Postgres;
let otlp: OtlpReceiver;
let launcher: Launcher<GuardedProcess>;
let own: StateDatabase;
let statePorts: { http: number; grpc: number };
let state: GuardedProcess;

let ams: AmsFixture;
let gate: AnswerGate;
let capture: GuardedProcess;
let capturePort: number;
let databases = 0;

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), "ams-sync-capture-"));
  otlp = await startOtlpReceiver();
  launcher = new Launcher(startGuarded, folder, otlp.url);
  await launcher.makeKeys("state", "change-capture", "settings");
  server = await startPostgres();
  const url = await server.createDatabase("ams_sync");
  const migration = await launcher.launch(
    "state",
    { MIGRATE_DATABASE_URL: url },
    "migrate",
  );
  const { code } = await migration.exited;
  if (code !== 0) throw new Error(await migration.tail());
  own = new StateDatabase(
    await connected(url),
    (login) => server.url("ams_sync", login, PASSWORD),
    PASSWORD,
  );
  await own.makeLogins();
  statePorts = { http: await freePort(), grpc: await freePort() };
  await startState();
});
afterAll(async () => {
  await state.stop();
  await own.client.end();
  await server.stop();
  await otlp.stop();
  await rm(launcher.folder, { recursive: true, force: true });
});

beforeEach(async () => {
  databases += 1;
  ams = await amsFixture(server, migrateAms, `hafen${databases}`);
  gate = await answerGate(statePorts.grpc);
  capturePort = await freePort();
});
afterEach(async () => {
  await capture.stop();
  await gate.stop();
  await ams.close();
});

async function startState(): Promise<void> {
  state = await launcher.launch("state", {
    DATABASE_URL: own.loginUrl("ams_sync_state"),
    SCHEDULE_DATABASE_URL: own.loginUrl("ams_sync_schedule"),
    QUEUE_DATABASE_URL: own.loginUrl("ams_sync_queue"),
    HTTP_PORT: String(statePorts.http),
    GRPC_PORT: String(statePorts.grpc),
  });
  await untilReady(statePorts.http, state);
}

const runCapture = (program?: string, args?: string[]) =>
  launcher.launch(
    "change-capture",
    {
      AMS_DATABASE_URL: ams.captureUrl,
      AMS_SOURCE: ams.source,
      STATE_ADDRESS: gate.address,
      QUEUE_DATABASE_URL: own.loginUrl("ams_sync_queue"),
      HTTP_PORT: String(capturePort),
    },
    program,
    args,
  );
async function startCapture(phase: string): Promise<void> {
  capture = await runCapture();
  await phaseIs(phase);
}
const accept = async (...args: string[]): Promise<number | null> =>
  (await (await runCapture("accept", args)).exited).code;

const untilReady = (port: number, service: GuardedProcess) =>
  waitFor(
    async () => {
      if (!service.running()) throw new Error(await service.tail());
      return (await probe(port)) === 200;
    },
    { what: "the service to be ready" },
  );
const phaseIs = (wanted: string) =>
  waitFor(async () => (await capturePhase(capturePort)) === wanted, {
    what: `capture to be ${wanted}`,
  });

const source = () => own.source(ams.source);
const inFeed = () => own.liveCustomers(ams.tenantId);
const inAms = async () =>
  (
    await ams.sql(
      "select customer_id::text as id from ams.customer order by customer_id",
    )
  ).map((row) => String(row["id"]));
const untilSame = () =>
  waitFor(
    async () =>
      JSON.stringify(await inFeed()) === JSON.stringify(await inAms()),
    { what: "the feed to be what ams is" },
  );
const lsnOf = async (sql: string): Promise<bigint> =>
  parseLsn(String((await ams.sql(`select (${sql})::text as lsn`))[0]?.["lsn"]));
const confirmed = () =>
  lsnOf(
    `select confirmed_flush_lsn from pg_replication_slots where slot_name = '${ams.slot}'`,
  );
const log = () => readFile(launcher.logFile("change-capture"), "utf8");

it("reads a snapshot among writes, then streams: nothing lost, nothing doubled", async () => {
  await ams.addCustomers(5_000);
  const stopWriting = await keepWriting(ams);
  await startCapture("streaming");
  expect(await stopWriting()).toBeGreaterThan(20);
  await untilSame();
  expect(await source()).toMatchObject({ epoch: 1, status: "streaming" });
});

it("loses nothing when it is killed between storing and confirming", async () => {
  await startCapture("streaming");
  await ams.addCustomers(3);
  await untilSame();
  const { position } = await source();
  gate.swallow();
  await ams.addCustomers(40);
  await untilSame();
  const stored = await source();
  expect(stored.position).toBe(position + 40);
  expect(await confirmed()).toBeLessThan(stored.lastLsn);
  await capture.kill9();
  gate.pass();
  await ams.addCustomers(2);
  await startCapture("streaming");
  await untilSame();
  // What was stored is not numbered again.
  expect(await source()).toMatchObject({ epoch: 1, position: position + 42 });
  await waitFor(async () => (await confirmed()) > stored.lastLsn, {
    what: "the confirmation",
  });
});

it("holds on while state is away, and goes on when it is back", async () => {
  await startCapture("streaming");
  await ams.addCustomers(1);
  await untilSame();
  await state.kill9();
  await ams.addCustomers(1_500);
  await waitFor(async () => (await probe(capturePort)) === 503, {
    what: "capture to say that it waits",
  });
  const [known, { lastLsn }] = [await confirmed(), await source()];
  const meanwhile = await inFeed();
  await startState();
  expect(meanwhile).toHaveLength(1);
  expect(known).toBeLessThanOrEqual(lastLsn);
  await untilSame();
  await untilReady(capturePort, capture);
});

it("follows an idle ams, so that it need not keep its WAL", async () => {
  await startCapture("streaming");
  await ams.sql("create table lärm as select generate_series(1, 3000) as n");
  const end = await lsnOf("select pg_current_wal_lsn()");
  await waitFor(async () => (await confirmed()) >= end, {
    what: "the slot to follow",
  });
  expect((await source()).lastLsn).toBeGreaterThanOrEqual(end);
});

it("stops at a TRUNCATE until the operator's command", async () => {
  await ams.addCustomers(100);
  await startCapture("streaming");
  await ams.sql("truncate ams.customer cascade");
  await phaseIs("stopped");
  expect(await source()).toMatchObject({ status: "stopped" });
  expect(await inFeed()).toHaveLength(100);
  await capture.kill9();
  await startCapture("stopped");
  expect(await accept("absent", "1")).toBe(1);
  expect(await accept("truncate")).toBe(0);
  await phaseIs("streaming");
  const { epoch } = await source();
  expect(await inFeed()).toHaveLength(100);
  expect(await log()).toContain(`accept.js absent ${epoch}`);
  expect(await accept("absent", String(epoch))).toBe(0);
  expect(await inFeed()).toEqual([]);
});

it("reads all of ams again when its slot is gone", async () => {
  const [first] = await ams.addCustomers(60);
  await startCapture("streaming");
  await capture.stop();
  await ams.sql("select pg_drop_replication_slot($1)", [ams.slot]);
  await ams.sql("delete from ams.customer where customer_id = $1", [first]);
  await startCapture("streaming");
  await untilSame();
  expect(await source()).toMatchObject({ epoch: 2 });
  expect(await log()).toMatch(/"level":"error".*"reason":"slot-missing"/);
  const metrics = await fetch(`http://127.0.0.1:${capturePort}/metrics`);
  expect(await metrics.text()).toMatch(
    /ams_sync_capture_snapshots_total\{[^}]*reason="slot-missing"[^}]*\} 1/,
  );
});

it("wakes the accounts of the tenant, within the trace of the commit", async () => {
  const { tenantId } = ams;
  const accounts = grpcClient(AccountServiceDefinition, {
    address: `127.0.0.1:${statePorts.grpc}`,
    audience: "state",
    keys: await ServiceKeys.load({
      SERVICE_KEY_FILE: launcher.keyFile("settings"),
      SERVICE_KEYS_FILE: launcher.keysFile,
    }),
  });
  await accounts.announceAccount({
    account: { tenantId, accountId: randomUUID() },
    userId: "1",
    system: System.CLOUD,
    streams: [StreamKind.CONTACTS],
    settingsVersion: 1n,
  });
  accounts.close();
  await startCapture("streaming");
  const QUEUE_DATABASE_URL = own.loginUrl("ams_sync_queue");
  const queue = queueBackend({ QUEUE_DATABASE_URL }).wakeUpQueue("cloud");
  otlp.clear();
  const [id] = await ams.addCustomers(1);
  await untilSame();
  await waitFor(async () => (await queue.counts()).waiting > 0, {
    what: "the job",
  });
  await queue.close();
  const commit = await waitFor(
    () => otlp.spans().find(({ name }) => name === "capture commit"),
    { what: "the span of the commit" },
  );
  expect(commit.attributes).toMatchObject({ "ams_sync.rows": 1 });
  expect(await own.traceParent(tenantId, id ?? "")).toBe(
    `00-${commit.traceId}-${commit.spanId}-01`,
  );
  const below = (part: string) =>
    otlp
      .spans()
      .find(
        ({ name, parentSpanId }) =>
          parentSpanId === commit.spanId && name.includes(part),
      );
  for (const part of ["AppendChanges", "accounts-cloud"])
    await waitFor(() => below(part), { what: `${part} below the commit` });
});
