import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import {
  queueName,
  type WakeUpAccount,
  type WakeUpSystem,
} from "@ams-sync/contracts";
import {
  startPostgres,
  startRedis,
  type Postgres,
  type Redis,
} from "@ams-sync/testing";
import { NodeSDK } from "@opentelemetry/sdk-node";
import pg from "pg";
import {
  afterAll,
  afterEach,
  beforeAll,
  describe,
  expect,
  it,
  vi,
} from "vitest";
import { inSpan } from "../telemetry/span.js";
import { currentTraceParent } from "../telemetry/trace-parent.js";
import { migrateQueues } from "./migrate-queues.js";
import { enqueueWakeUp, queueBackend } from "./queue-backend.js";
import type {
  QueueBackend,
  WakeUpHandler,
  WakeUpQueue,
  WakeUpWorker,
  WakeUpWorkerOptions,
} from "./queue-port.js";
import { gate, NoSpans } from "./wake-ups.fixture.js";

const SYSTEM = "cloud";
const tenantId = randomUUID();
const account = (): WakeUpAccount => ({ tenantId, accountId: randomUUID() });

let postgres: Postgres;
let redis: Redis;
let queueUrl: string;
let ownerUrl: string;

beforeAll(async () => {
  vi.stubEnv("LOG_LEVEL", "silent");
  [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
  const owner = await postgres.createDatabase("sync");
  ownerUrl = owner;
  await migrateQueues(owner);
  // Twice: every release runs it again.
  await migrateQueues(owner);
  const admin = new pg.Client(owner);
  await admin.connect();
  await admin.query(
    "create role queue_user login password 'geheim' in role ams_sync_queue",
  );
  await admin.end();
  queueUrl = postgres.url("sync", "queue_user", "geheim");
});
afterAll(async () => {
  await Promise.all([postgres.stop(), redis.stop()]);
});

const backends: [string, () => QueueBackend][] = [
  ["Redis", () => queueBackend({ REDIS_URL: redis.url })],
  ["PostgreSQL", () => queueBackend({ QUEUE_DATABASE_URL: queueUrl })],
];

describe.each(backends)("wake-ups on %s", (_name, backend) => {
  const closing: { close(): Promise<void> }[] = [];
  const queue = (system: WakeUpSystem = SYSTEM): WakeUpQueue => {
    const made = backend().wakeUpQueue(system);
    closing.push(made);
    return made;
  };
  const worker = (
    handler: WakeUpHandler,
    options: Partial<WakeUpWorkerOptions> = {},
    system: WakeUpSystem = SYSTEM,
  ): WakeUpWorker => {
    const made = backend().createWakeUpWorker(system, handler, {
      concurrency: 4,
      ...options,
    });
    closing.unshift(made);
    return made;
  };
  afterEach(async () => {
    for (const { close } of closing.splice(0)) await close();
  });
  const idle = { waiting: 0, active: 0 };

  it("of a tenant that is erased are struck, and its accounts may be woken again", async () => {
    const wakeUps = queue("tobit");
    const gone = { ...account(), tenantId: randomUUID() };
    const many = Array.from({ length: 450 }, (_, n) =>
      n % 3 === 0 ? { ...account(), tenantId: gone.tenantId } : account(),
    );
    for (const one of [gone, ...many]) await enqueueWakeUp(wakeUps, one);
    expect(await wakeUps.forget(gone.tenantId)).toBe(151);
    expect(await wakeUps.counts()).toEqual({ waiting: 300, active: 0 });
    expect(await wakeUps.forget(gone.tenantId)).toBe(0);
    await enqueueWakeUp(wakeUps, gone);
    expect(await wakeUps.forget(gone.tenantId)).toBe(1);
    const runs: unknown[] = [];
    const done = worker(async (one) => void runs.push(one), {}, "tobit");
    await expect.poll(() => runs.length, { timeout: 20_000 }).toBe(300);
    await done.close();
  });

  it("carry the account and nothing else, and leave nothing behind", async () => {
    const wakeUps = queue();
    const who = account();
    const runs: unknown[] = [];
    worker(async (woken) => {
      runs.push(woken);
    });
    await enqueueWakeUp(wakeUps, {
      ...who,
      reason: "not for the queue",
    } as WakeUpAccount);
    await expect.poll(() => runs).toEqual([who]);
    await expect.poll(() => wakeUps.counts()).toEqual(idle);
  });

  it("that wait are one", async () => {
    const wakeUps = queue();
    const who = account();
    for (let count = 0; count < 5; count += 1)
      await enqueueWakeUp(wakeUps, who);
    expect(await wakeUps.counts()).toEqual({ waiting: 1, active: 0 });
    const { handler, started, letGo } = gate();
    letGo();
    worker(handler);
    await expect.poll(() => wakeUps.counts()).toEqual(idle);
    expect(started).toEqual([who]);
  });

  it.each([1, 20])(
    "%i of them while the account runs make exactly one further run",
    async (many) => {
      const wakeUps = queue();
      const who = account();
      const { handler, started, letGo } = gate();
      worker(handler);
      await enqueueWakeUp(wakeUps, who);
      await expect.poll(() => started.length).toBe(1);
      await Promise.all(
        Array.from({ length: many }, () => enqueueWakeUp(wakeUps, who)),
      );
      // A free worker would have taken a second job by now.
      await delay(300);
      expect(started).toHaveLength(1);
      letGo();
      await expect.poll(() => started.length).toBe(2);
      await expect.poll(() => wakeUps.counts()).toEqual(idle);
      await delay(300);
      expect(started).toEqual([who, who]);
    },
  );

  it("of other accounts are not held up", async () => {
    const wakeUps = queue();
    const { handler, started, letGo } = gate();
    worker(handler);
    const both = [account(), account()];
    for (const who of both) await enqueueWakeUp(wakeUps, who);
    await expect.poll(() => started).toEqual(both);
    letGo();
  });

  it("come through again after a run that failed, which is not repeated", async () => {
    const wakeUps = queue();
    const who = account();
    let runs = 0;
    worker(async () => {
      runs += 1;
      throw new Error("the cloud is away");
    });
    await enqueueWakeUp(wakeUps, who);
    await expect.poll(() => wakeUps.counts()).toEqual(idle);
    await delay(200);
    expect(runs).toBe(1);
    await enqueueWakeUp(wakeUps, who);
    await expect.poll(() => runs).toBe(2);
  });

  it("abort their runs when the worker closes", async () => {
    const wakeUps = queue();
    const aborted: unknown[] = [];
    let begun = false;
    const closable = worker(async (_who, signal) => {
      begun = true;
      await delay(60_000, undefined, { signal }).catch((error: unknown) =>
        aborted.push(error),
      );
    });
    await enqueueWakeUp(wakeUps, account());
    await expect.poll(() => begun).toBe(true);
    const started = performance.now();
    await closable.close();
    expect(aborted).toHaveLength(1);
    expect(performance.now() - started).toBeLessThan(2_500);
    await expect.poll(() => wakeUps.counts()).toEqual(idle);
  });

  it("pass by the job of a run whose worker may be dead", async () => {
    const system = "google";
    const wakeUps = queue(system);
    const who = account();
    const hung = gate();
    worker(hung.handler, { concurrency: 1 }, system);
    await enqueueWakeUp(wakeUps, who);
    await expect.poll(() => hung.started.length).toBe(1);
    const run = randomUUID();
    for (let count = 0; count < 3; count += 1)
      await enqueueWakeUp(wakeUps, who, run);
    expect(await wakeUps.counts()).toEqual({ waiting: 1, active: 1 });
    const runs: WakeUpAccount[] = [];
    worker(
      async (woken) => {
        runs.push(woken);
      },
      {},
      system,
    );
    await expect.poll(() => runs).toEqual([who]);
    expect(hung.started).toEqual([who]);
    hung.letGo();
    await expect.poll(() => wakeUps.counts()).toEqual(idle);
  });

  it("of a worker that is gone go to another one, with those that came meanwhile", async () => {
    // A queue of its own: Redis remembers how rarely the others' workers look for lost jobs.
    const system = "outlook";
    const quick = { lockMs: 500 };
    const wakeUps = queue(system);
    const who = account();
    const { handler, started } = gate();
    const hung = worker(handler, quick, system);
    await enqueueWakeUp(wakeUps, who);
    await expect.poll(() => started).toEqual([who]);
    await enqueueWakeUp(wakeUps, who);
    await hung.close(100);
    const runs: WakeUpAccount[] = [];
    worker(
      async (woken) => {
        runs.push(woken);
      },
      quick,
      system,
    );
    await expect.poll(() => runs, { timeout: 10_000 }).toEqual([who, who]);
    await expect.poll(() => wakeUps.counts()).toEqual(idle);
    await enqueueWakeUp(wakeUps, who);
    await expect.poll(() => runs.length).toBe(3);
  });
});

describe.each(backends)("a trace on %s", (_name, backend) => {
  it("goes on in the run that it woke", async () => {
    const sdk = new NodeSDK({
      spanProcessors: [new NoSpans()],
      autoDetectResources: false,
    });
    sdk.start();
    const seen: string[] = [];
    const wakeUps = backend().wakeUpQueue("tobit");
    const worker = backend().createWakeUpWorker(
      "tobit",
      async () => {
        seen.push(currentTraceParent());
      },
      { concurrency: 1 },
    );
    const parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    await inSpan("sweep", { parent }, () => enqueueWakeUp(wakeUps, account()));
    await expect.poll(() => seen).toHaveLength(1);
    expect(seen[0]).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-/);
    await worker.close();
    await wakeUps.close();
    await sdk.shutdown();
  });
});

describe("a queue that cannot be reached", () => {
  it.each([
    ["Redis", () => queueBackend({ REDIS_URL: "redis://127.0.0.1:1" })],
    [
      "PostgreSQL",
      () =>
        queueBackend({
          QUEUE_DATABASE_URL: "postgres://nobody:geheim@127.0.0.1:1/none",
        }),
    ],
  ])("fails in time on %s and tells no password", async (_name, backend) => {
    const wakeUps = backend().wakeUpQueue(SYSTEM);
    const started = performance.now();
    const error: unknown = await enqueueWakeUp(wakeUps, account()).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(Error);
    expect(String(error)).not.toContain("geheim");
    expect(performance.now() - started).toBeLessThan(3_000);
    await wakeUps.close();
  });
});

it("a Redis that lost everything takes wake-ups again", async () => {
  const wakeUps = queueBackend({ REDIS_URL: redis.url }).wakeUpQueue(SYSTEM);
  const who = account();
  await enqueueWakeUp(wakeUps, who);
  await redis.kill9();
  await redis.restart();
  await vi.waitFor(() => enqueueWakeUp(wakeUps, who), { timeout: 10_000 });
  expect(await wakeUps.counts()).toEqual({ waiting: 1, active: 0 });
  await wakeUps.close();
});

it("the role of the queues cannot change their schema", async () => {
  const client = new pg.Client(queueUrl);
  await client.connect();
  await expect(
    client.query("create table bullmq.mine (id int)"),
  ).rejects.toMatchObject({ code: "42501" });
  await expect(
    client.query("drop table bullmq.migration"),
  ).rejects.toMatchObject({ code: "42501" });
  await client.end();
});

it("queues are named by their system", () => {
  expect(queueName("outlook")).toBe("accounts-outlook");
});

it("wake-ups on PostgreSQL wait for no disk", async () => {
  const owner = new pg.Client(ownerUrl);
  await owner.connect();
  await owner.query(`
    create table public.waited (setting text);
    create function public.note() returns trigger security definer language plpgsql as $$ begin
      insert into public.waited values (current_setting('synchronous_commit'));
      return null;
    end $$;
    create trigger note after insert or update or delete on bullmq.job execute function public.note()`);
  const backend = queueBackend({ QUEUE_DATABASE_URL: queueUrl });
  const queue = backend.wakeUpQueue(SYSTEM);
  const ran: unknown[] = [];
  const worker = backend.createWakeUpWorker(
    SYSTEM,
    async (woken) => void ran.push(woken),
    { concurrency: 1 },
  );
  try {
    await enqueueWakeUp(queue, account());
    await expect.poll(() => ran.length).toBe(1);
    await expect.poll(() => queue.counts()).toEqual({ waiting: 0, active: 0 });
    const { rows } = await owner.query("select distinct setting from waited");
    expect(rows).toEqual([{ setting: "off" }]);
  } finally {
    await worker.close();
    await queue.close();
    await owner.query("drop function public.note cascade");
    await owner.end();
  }
});
