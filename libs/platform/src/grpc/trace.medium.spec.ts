import { FeedServiceDefinition, SourceStatus } from "@ams-sync/contracts";
import { SpanKind, SpanStatusCode } from "@opentelemetry/api";
import { NodeSDK } from "@opentelemetry/sdk-node";
import { ServerError, Status } from "nice-grpc";
import { afterAll, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { inSpan } from "../telemetry/span.js";
import { currentTraceParent } from "../telemetry/trace-parent.js";
import type { Caller } from "./binding.js";
import { grpcClient, type GrpcClient } from "./client.js";
import { serveGrpc, type GrpcServer } from "./server.js";
import { generateServiceKeys, ServiceKeys } from "./service-keys.js";

type Exporter = NonNullable<
  NonNullable<ConstructorParameters<typeof NodeSDK>[0]>["traceExporter"]
>;
type Spans = Parameters<Exporter["export"]>[0];

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const PARENT = `00-${TRACE}-b7ad6b7169203331-01`;
const OTHER = "00-1af7651916cd43dd8448eb211c80319c-c7ad6b7169203331-01";

let sdk: NodeSDK;
let server: GrpcServer;
let client: GrpcClient<typeof FeedServiceDefinition>;
const spans: Spans[number][] = [];
const atServer: string[] = [];

beforeAll(async () => {
  vi.stubEnv("OTEL_BSP_SCHEDULE_DELAY", "10");
  const traceExporter: Exporter = {
    export(batch, done) {
      spans.push(...batch);
      done({ code: 0 });
    },
    shutdown: () => Promise.resolve(),
  };
  sdk = new NodeSDK({ traceExporter, autoDetectResources: false });
  sdk.start();
  const { privateKeys, publicKeys } = await generateServiceKeys([
    "state",
    "change-capture",
  ]);
  const keysOf = (name: string) =>
    ServiceKeys.from(privateKeys.get(name) ?? {}, publicKeys);
  const refuse = () =>
    Promise.reject(new ServerError(Status.UNIMPLEMENTED, "not here"));
  server = await serveGrpc({
    host: "127.0.0.1",
    port: 0,
    keys: await keysOf("state"),
    services: [
      {
        definition: FeedServiceDefinition,
        implementation: {
          async openSource({ name }, _context: Caller) {
            // Over an await, as a query would be.
            await Promise.resolve();
            atServer.push(currentTraceParent());
            return { name, status: SourceStatus.NEW };
          },
          beginSnapshot: refuse,
          appendChanges: refuse,
          finishSnapshot: refuse,
          approveAbsent: refuse,
          stopSource: refuse,
        },
        callers: {
          openSource: ["change-capture"],
          stopSource: ["change-capture"],
        },
      },
    ],
  });
  client = grpcClient(FeedServiceDefinition, {
    address: `127.0.0.1:${server.port}`,
    audience: "state",
    keys: await keysOf("change-capture"),
  });
});
afterAll(async () => {
  client.close();
  await server.close();
  await sdk.shutdown();
});
beforeEach(() => {
  spans.length = 0;
  atServer.length = 0;
});

const span = (kind: SpanKind): Promise<Spans[number]> =>
  vi.waitFor(() => {
    const found = spans.find((one) => one.kind === kind);
    if (found === undefined) throw new Error("not yet");
    return found;
  });

it("carries one trace from the caller's span into the method", async () => {
  const request = { name: "ams", systemIdentifier: "1/ams" };
  await inSpan(
    "capture",
    { parent: PARENT, links: [OTHER, "broken"], attributes: { changes: 3 } },
    () => client.openSource(request),
  );
  const caller = await span(SpanKind.CLIENT);
  const callee = await span(SpanKind.SERVER);
  const outer = await span(SpanKind.INTERNAL);
  expect(outer).toMatchObject({
    name: "capture",
    attributes: { changes: 3 },
    parentSpanContext: { traceId: TRACE, spanId: "b7ad6b7169203331" },
    links: [{ context: { spanId: "c7ad6b7169203331" } }],
  });
  expect(caller).toMatchObject({
    name: "ams_sync.state.v1.FeedService/OpenSource",
    attributes: {
      "rpc.service": "ams_sync.state.v1.FeedService",
      "rpc.method": "OpenSource",
    },
  });
  expect(caller.parentSpanContext?.spanId).toBe(outer.spanContext().spanId);
  expect(callee.parentSpanContext?.spanId).toBe(caller.spanContext().spanId);
  expect(atServer).toEqual([`00-${TRACE}-${callee.spanContext().spanId}-01`]);
});

it("begins a trace where the caller has none", async () => {
  expect(currentTraceParent()).toBe("");
  await client.openSource({ name: "ams", systemIdentifier: "1/ams" });
  const caller = await span(SpanKind.CLIENT);
  expect(caller.parentSpanContext).toBeUndefined();
  expect(atServer[0]).toContain(caller.spanContext().traceId);
});

it("marks a refused call on both sides by its code, without its words", async () => {
  const request = { name: "ams", epoch: 1n, code: "x", message: "Müller" };
  await expect(client.stopSource(request)).rejects.toThrow("not here");
  for (const kind of [SpanKind.CLIENT, SpanKind.SERVER]) {
    const failed = await span(kind);
    expect(failed.status.code).toBe(SpanStatusCode.ERROR);
    expect(failed.attributes["rpc.grpc.status_code"]).toBe(
      Status.UNIMPLEMENTED,
    );
    expect(JSON.stringify([failed.status, failed.attributes])).not.toMatch(
      /not here|Müller/,
    );
  }
});

it("ends a span whose work throws, and passes the error on", async () => {
  const error = new RangeError("for Müller");
  await expect(inSpan("work", {}, () => Promise.reject(error))).rejects.toBe(
    error,
  );
  const failed = await span(SpanKind.INTERNAL);
  expect(failed.status).toEqual({
    code: SpanStatusCode.ERROR,
    message: "RangeError",
  });
  expect(failed.events).toEqual([]);
});
