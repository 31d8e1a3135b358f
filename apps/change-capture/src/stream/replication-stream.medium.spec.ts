import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { connect, createServer, type AddressInfo, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TLSSocket } from "node:tls";
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
  options: { highWater?: number; silenceMs?: number; url?: string } = {},
) => {
  const { url = ams.captureUrl, ...rest } = options;
  stream = await ReplicationStream.open({
    client: { connectionString: url },
    slot: ams.slot,
    from: 1n,
    signal: stopping.signal,
    statusEveryMs: 200,
    ...rest,
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

const transactions = 3_000;
const whole = {
  types: Array.from({ length: transactions }, () => [
    "begin",
    "effect",
    "commit",
  ]).flat(),
  ordered: true,
};

/** What comes of it to a reader who is in a hurry now and then. */
async function flood(): Promise<typeof whole> {
  await ams.sql(
    `do $$ begin for n in 1 .. ${transactions} loop
       insert into ams.customer (tenant_id, kind) values ('${ams.tenantId}', 'private');
       commit;
     end loop; end $$`,
  );
  const events: StreamEvent[] = [];
  let turn = 0;
  await waitFor(
    async () => {
      turn += 1;
      stream.hurry = turn % 3 === 0;
      events.push(...(await stream.next(100)));
      return rowsOf(events) >= transactions;
    },
    { what: "all of it", everyMs: 0 },
  );
  const changes = events.filter(({ type }) => type !== "keepalive");
  const ids = changes.flatMap((event) =>
    event.type === "effect" && event.effect.on === "record"
      ? [Number(event.effect.recordId)]
      : [],
  );
  return {
    types: changes.map(({ type }) => type),
    ordered: ids.every((id, index) => id > (ids[index - 1] ?? 0)),
  };
}

it("brings a flood whole and in order, in pieces and in a hurry", async () => {
  await open({ highWater: 50 });
  expect(await flood()).toEqual(whole);
});

it("brings a lone change at once when the hurry begins right after it", async () => {
  await open();
  const times: number[] = [];
  for (let n = 0; n < 20; n += 1) {
    stream.hurry = false;
    await ams.addCustomers(1);
    const begin = performance.now();
    stream.hurry = true;
    let events: StreamEvent[] = [];
    while (!events.some(({ type }) => type === "commit"))
      events = [...events, ...(await stream.next(1_000))];
    times.push(performance.now() - begin);
  }
  expect(times.toSorted((a, b) => a - b)[10]).toBeLessThan(250);
});

const canTls = (() => {
  try {
    execFileSync("openssl", ["version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
})();

/** As a server with TLS: it agrees to the SSLRequest, and what it decrypts goes to the real one. */
async function tlsBefore(port: number): Promise<Server> {
  const dir = mkdtempSync(join(tmpdir(), "tls-"));
  execFileSync(
    "openssl",
    // prettier-ignore
    ["req", "-x509", "-nodes", "-days", "2", "-newkey", "rsa:2048", "-subj", "/CN=ams", "-keyout", "key", "-out", "cert"],
    { cwd: dir, stdio: "ignore" },
  );
  const [key, cert] = ["key", "cert"].map((name) =>
    readFileSync(join(dir, name)),
  );
  rmSync(dir, { recursive: true });
  const proxy = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.once("data", () => {
      socket.pause();
      socket.write("S");
      const secured = new TLSSocket(socket, { isServer: true, key, cert });
      const server = connect(port, "127.0.0.1");
      for (const end of [secured, server]) end.on("error", () => undefined);
      secured.pipe(server).pipe(secured);
    });
  });
  await new Promise<void>((resolve) =>
    proxy.listen(0, "127.0.0.1", () => resolve()),
  );
  return proxy;
}

it.skipIf(!canTls)("does the same over TLS (needs openssl)", async () => {
  const url = new URL(ams.captureUrl);
  const proxy = await tlsBefore(Number(url.port));
  try {
    url.hostname = "127.0.0.1";
    url.port = String((proxy.address() as AddressInfo).port);
    url.searchParams.set("sslmode", "no-verify");
    await open({ highWater: 50, url: url.href });
    expect(await flood()).toEqual(whole);
    await stream.close();
  } finally {
    proxy.close();
  }
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
