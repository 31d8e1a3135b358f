import { migrateAms } from "@ams-sync/ams";
import { startPostgres, waitFor, type Postgres } from "@ams-sync/testing";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import type { StreamEvent } from "../decode/decoder.js";
import { amsFixture, type AmsFixture } from "../testing/ams-fixture.js";
import { ReplicationStream } from "./replication-stream.js";

let server: Postgres;
let ams: AmsFixture;
let stream: ReplicationStream;
const stopping = new AbortController();
let databases = 0;

beforeAll(async () => {
  server = await startPostgres({ settings: { wal_sender_timeout: "1s" } });
});
afterAll(() => server.stop());
beforeEach(async () => {
  databases += 1;
  ams = await amsFixture(server, migrateAms, `strom${databases}`);
  await ams.sql("select pg_create_logical_replication_slot($1, 'pgoutput')", [
    ams.slot,
  ]);
});
afterEach(async () => {
  await stream.close();
  await ams.close();
});

const open = async (
  options: { highWater?: number; silenceMs?: number } = {},
) => {
  stream = await ReplicationStream.open({
    client: { connectionString: ams.captureUrl },
    slot: ams.slot,
    from: 1n,
    signal: stopping.signal,
    statusEveryMs: 200,
    ...options,
  });
};
const rowsOf = (events: readonly StreamEvent[]) =>
  events.filter(({ type }) => type === "effect").length;

it("holds no more than it was told to while nobody reads, and loses nothing for that", async () => {
  await open({ highWater: 500 });
  await ams.addCustomers(60_000);
  // Longer than the server waits for a sign of life.
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  const first = await stream.next(0);
  // What one read of the socket held comes on top.
  expect(first.length).toBeLessThan(500 + 2_000);
  let rows = rowsOf(first);
  await waitFor(
    async () => {
      rows += rowsOf(await stream.next(100));
      return rows >= 60_000;
    },
    { what: "the rest", everyMs: 0 },
  );
  expect(rows).toBe(60_000);
});

it("tells its reader when the server ends it, and when the server falls silent", async () => {
  await open();
  await ams.sql(
    "select pg_terminate_backend(active_pid) from pg_replication_slots where slot_name = $1",
    [ams.slot],
  );
  await expect(async () => {
    for (;;) await stream.next(1_000);
  }).rejects.toThrow(/terminat/);
  await stream.close();

  await waitFor(
    () =>
      open({ silenceMs: 500 }).then(
        () => true,
        () => false,
      ),
    {
      what: "the slot to be free",
    },
  );
  const [row] = await ams.sql(
    "select active_pid::int as pid from pg_replication_slots where slot_name = $1",
    [ams.slot],
  );
  process.kill(Number(row?.["pid"]), "SIGSTOP");
  try {
    await expect(async () => {
      for (;;) await stream.next(1_000);
    }).rejects.toThrow(/fell silent/);
  } finally {
    process.kill(Number(row?.["pid"]), "SIGCONT");
  }
});

it("ends a reader's wait when it is told to stop", async () => {
  const ending = new AbortController();
  stream = await ReplicationStream.open({
    client: { connectionString: ams.captureUrl },
    slot: ams.slot,
    from: 1n,
    signal: ending.signal,
  });
  const begin = performance.now();
  setTimeout(() => ending.abort(), 100);
  while (!ending.signal.aborted) await stream.next(30_000);
  expect(performance.now() - begin).toBeLessThan(5_000);
});
