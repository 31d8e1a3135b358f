import {
  currentTraceParent,
  enqueueWakeUp,
  inSpan,
  logger,
  migrateQueues,
  parseTraceParent,
  queueBackend,
} from "@ams-sync/platform";
import type { QueueBackend, QueueConfig } from "@ams-sync/platform";
import {
  redisAvailable,
  startPostgres,
  startRedis,
  waitFor,
} from "@ams-sync/testing";
import { NodeSDK } from "@opentelemetry/sdk-node";
import type { ReadableSpan } from "@opentelemetry/sdk-trace";
import {
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace";
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  it,
} from "vitest";
import { MemoryWorld, anna, customers, jost } from "../memory/index.js";
import { hostConnector } from "./connector-host.js";
import type { ConnectorHost } from "./connector-host.js";
import { otelTelemetry } from "./otel-telemetry.js";

const exporter = new InMemorySpanExporter();
const sdk = new NodeSDK({
  autoDetectResources: false,
  instrumentations: [],
  metricReaders: [],
  logRecordProcessors: [],
  spanProcessors: [new SimpleSpanProcessor({ exporter })],
});
beforeAll(() => sdk.start());
afterAll(() => sdk.shutdown());

interface Backend {
  readonly config: QueueConfig;
  readonly stop: () => Promise<void>;
}

const onPostgres = async (): Promise<Backend> => {
  const postgres = await startPostgres();
  const url = await postgres.createDatabase("queues");
  await migrateQueues(url);
  return { config: { QUEUE_DATABASE_URL: url }, stop: () => postgres.stop() };
};
const onRedis = async (): Promise<Backend> => {
  const redis = await startRedis();
  return { config: { REDIS_URL: redis.url }, stop: () => redis.stop() };
};

const suite = (
  name: string,
  available: boolean,
  start: () => Promise<Backend>,
): void => {
  describe.skipIf(!available)(`a connector on queues in ${name}`, () => {
    let backend: Backend;
    let queues: QueueBackend;
    let world: MemoryWorld;
    let host: ConnectorHost | undefined;

    beforeAll(async () => {
      backend = await start();
      queues = queueBackend(backend.config);
    });
    afterAll(() => backend.stop());
    beforeEach(() => {
      world = new MemoryWorld();
      exporter.reset();
    });
    afterEach(async () => {
      await host?.close();
      host = undefined;
    });

    const hosted = (): ConnectorHost => {
      host = hostConnector({
        ports: { ...world.ports(), telemetry: otelTelemetry() },
        limits: world.limits,
        queues,
        concurrency: 2,
        log: logger("cloud-connector"),
      });
      return host;
    };

    const wake = async (): Promise<void> => {
      const queue = queues.wakeUpQueue("cloud");
      await enqueueWakeUp(queue, world.key);
      await queue.close();
    };

    /** A transaction in ams as capture sees it: a span of its own whose traceparent goes along. */
    const captured = (
      work: (traceParent: string) => void | Promise<void>,
    ): Promise<string> =>
      inSpan("capture commit", {}, async () => {
        await work(currentTraceParent());
        return currentTraceParent();
      });

    const spans = (name: string) =>
      exporter.getFinishedSpans().filter((span) => span.name === name);

    /** Names of the span and all that it is in. */
    const wayOf = (leaf: ReadableSpan | undefined): readonly string[] => {
      const finished = new Map(
        exporter
          .getFinishedSpans()
          .map((span) => [span.spanContext().spanId, span]),
      );
      const names: string[] = [];
      for (
        let span = leaf;
        span;
        span = finished.get(span.parentSpanContext?.spanId ?? "")
      )
        names.push(span.name);
      return names;
    };

    const ended = (items: number) =>
      waitFor(
        async () => {
          const idle =
            world.account().run === undefined && spans("run").length > 0;
          return idle && world.remote.items.size === items ? true : undefined;
        },
        { what: `${items} items and the end of the run` },
      );

    it("shows one trace from the commit over the queue to the write", async () => {
      hosted();
      const commit = await captured(async (traceParent) => {
        world.commit([anna()], [], traceParent);
        await wake();
      });
      await ended(1);
      const [write, ...others] = spans("write customer");
      expect(others).toEqual([]);
      const origin = parseTraceParent(commit);
      expect(write?.spanContext().traceId).toBe(origin?.traceId);
      expect(write?.links).toEqual([]);
      // Step by step from the write to the commit, every span a finished one; the job's is the last to finish.
      const way = await waitFor(
        () => {
          const names = wayOf(write);
          return names.at(-1) === "capture commit" && names;
        },
        { what: "the whole way of the change" },
      );
      expect(way.slice(0, 2)).toEqual(["write customer", "run"]);
      expect(way.length).toBeGreaterThanOrEqual(4);
    });

    it("links a write whose change came another way with its commit", async () => {
      const first = await captured((traceParent) =>
        world.commit([anna()], [], traceParent),
      );
      hosted();
      const second = await captured(async (traceParent) => {
        world.commit([jost()], [], traceParent);
        await wake();
      });
      await ended(2);
      const writes = spans("write customer");
      expect(writes).toHaveLength(2);
      for (const write of writes)
        expect(write.spanContext().traceId).toBe(
          parseTraceParent(second)?.traceId,
        );
      expect(
        writes.flatMap(({ links }) =>
          links.map(({ context }) => context.spanId),
        ),
      ).toEqual([parseTraceParent(first)?.spanId]);
    });

    it("wakes itself again until nothing is due", async () => {
      world.limits = { ...world.limits, sliceSize: 5, maxRecords: 10 };
      world.commit(customers(35));
      hosted();
      await wake();
      await ended(35);
      expect(spans("run").length).toBeGreaterThanOrEqual(4);
      expect(world.writes()).toHaveLength(35);
    });

    it("hands back when it is closed, and another one goes on", async () => {
      let release: () => void = () => undefined;
      const held = new Promise<void>((resolve) => (release = resolve));
      let begun = 0;
      const open = world.remote.open.bind(world.remote);
      world.remote.open = async (...args) => {
        const session = await open(...args);
        const stream = session.stream.bind(session);
        return Object.assign(session, {
          stream: (...which: Parameters<typeof stream>) => {
            const port = stream(...which);
            const create = port.create;
            return Object.assign(port, {
              create: async (...what: Parameters<typeof create>) => {
                begun += 1;
                await held;
                return create(...what);
              },
            });
          },
        });
      };
      world.commit(customers(20));
      hosted();
      await wake();
      await waitFor(async () => begun === 3, {
        what: "three writes under way",
      });
      const closed = host?.close();
      await new Promise((resolve) => setTimeout(resolve, 100));
      release();
      await closed;
      // Those under way were finished and remembered, no further one was begun.
      expect(world.remote.items.size).toBe(3);
      expect(world.stream().links.size).toBe(3);
      hosted();
      // What the sweep does: while a worker closes, the wake-up for afterwards may get lost (seen on Redis).
      await wake();
      await ended(20);
      expect(world.writes()).toHaveLength(20);
    });
  });
};

suite("PostgreSQL", true, onPostgres);
suite("Redis", redisAvailable(), onRedis);
