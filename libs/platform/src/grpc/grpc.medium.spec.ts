import { setTimeout as delay } from "node:timers/promises";
import {
  AccountServiceDefinition,
  FeedServiceDefinition,
  Source,
  SourceStatus,
  type AccountServiceImplementation,
  type FeedServiceImplementation,
} from "@ams-sync/contracts";
import {
  createChannel,
  createClient,
  Metadata,
  ServerError,
  Status,
} from "nice-grpc";
import { afterAll, beforeAll, expect, it } from "vitest";
import { grpcClient, type GrpcClient } from "./client.js";
import type { Caller } from "./binding.js";
import { serveGrpc, type GrpcServer } from "./server.js";
import { generateServiceKeys, ServiceKeys } from "./service-keys.js";

const source: Source = {
  name: "ams",
  epoch: 3n,
  systemIdentifier: "7301/ams",
  lastLsn: 18_446_744_073_709_551_615n,
  status: SourceStatus.STREAMING,
  stopCode: "",
  stopMessage: "",
};
const seen: { caller: string; traceParent: string | undefined }[] = [];
let cancelled = 0;
let failures = 0;

const refuse = (): Promise<never> =>
  Promise.reject(new ServerError(Status.UNIMPLEMENTED, "not in this test"));

const feed: FeedServiceImplementation<Caller> = {
  async openSource(request, { caller, metadata }) {
    seen.push({ caller, traceParent: metadata.get("traceparent") });
    return { ...source, name: request.name };
  },
  async beginSnapshot(_request, { signal }) {
    signal.addEventListener("abort", () => {
      cancelled += 1;
    });
    await delay(30_000, undefined, { signal });
    return source;
  },
  async appendChanges() {
    failures += 1;
    throw new Error("duplicate key: Müller, 0171 2345678");
  },
  async finishSnapshot() {
    throw new ServerError(Status.ABORTED, "Another writer has the source.");
  },
  approveAbsent: refuse,
  stopSource: refuse,
};
const accounts: AccountServiceImplementation<Caller> = {
  announceAccount: refuse,
  resetStream: refuse,
  async listAccounts() {
    return { accounts: [] };
  },
  listSetAside: refuse,
  listHeld: refuse,
  approveHeld: refuse,
  listLeft: refuse,
  decideItem: refuse,
  listLost: refuse,
  decideLost: refuse,
  listConflicts: refuse,
  getPreview: refuse,
  applyPreview: refuse,
};

let server: GrpcServer;
let state: ServiceKeys;
let capture: ServiceKeys;
let settings: ServiceKeys;
let stranger: ServiceKeys;
let late: ServiceKeys;
const clients: { close(): void }[] = [];

const client = (
  keys: ServiceKeys,
  options: {
    audience?: string;
    deadlineMs?: number;
    address?: string;
    idempotent?: readonly "openSource"[];
  } = {},
): GrpcClient<typeof FeedServiceDefinition> => {
  const made = grpcClient(FeedServiceDefinition, {
    address: `127.0.0.1:${server.port}`,
    audience: "state",
    keys,
    ...options,
  });
  clients.push(made);
  return made;
};

beforeAll(async () => {
  const names = ["state", "change-capture", "settings"];
  const { privateKeys, publicKeys } = await generateServiceKeys(names);
  const other = await generateServiceKeys(["change-capture"]);
  const keysOf = (name: string, now?: () => Date): Promise<ServiceKeys> =>
    ServiceKeys.from(privateKeys.get(name) ?? {}, publicKeys, now);
  state = await keysOf("state");
  capture = await keysOf("change-capture");
  settings = await keysOf("settings");
  late = await keysOf("change-capture", () => new Date(Date.now() - 90_000));
  // Says that it is change-capture, with a key of its own.
  stranger = await ServiceKeys.from(
    other.privateKeys.get("change-capture") ?? {},
    other.publicKeys,
  );
  server = await serveGrpc({
    host: "127.0.0.1",
    port: 0,
    keys: state,
    services: [
      {
        definition: FeedServiceDefinition,
        implementation: feed,
        callers: {
          openSource: ["change-capture"],
          beginSnapshot: ["change-capture"],
          appendChanges: ["change-capture"],
          finishSnapshot: ["change-capture"],
        },
      },
      {
        definition: AccountServiceDefinition,
        implementation: accounts,
        callers: { listAccounts: ["settings"] },
      },
    ],
  });
});

afterAll(async () => {
  for (const { close } of clients) close();
  await server.close();
});

const request = { name: "ams-Köln", systemIdentifier: "7301/ams" };

it("answers a caller that the method lists, and tells who it is", async () => {
  const answer = await client(capture).openSource(request);
  expect(answer).toEqual({ ...source, name: "ams-Köln" });
  expect(seen.at(-1)?.caller).toBe("change-capture");
});

it("refuses a known service that the method does not list", async () => {
  await expect(client(settings).openSource(request)).rejects.toMatchObject({
    code: Status.PERMISSION_DENIED,
    details: "settings may not call /ams_sync.state.v1.FeedService/OpenSource.",
  });
});

it("refuses a method that lists nobody", async () => {
  await expect(
    client(capture).approveAbsent({ source: "ams", epoch: 1n }),
  ).rejects.toMatchObject({ code: Status.PERMISSION_DENIED });
});

it("lists callers per service", async () => {
  const call = grpcClient(AccountServiceDefinition, {
    address: `127.0.0.1:${server.port}`,
    audience: "state",
    keys: settings,
  });
  clients.push(call);
  await expect(call.listAccounts({ tenantId: "x" })).resolves.toEqual({
    accounts: [],
  });
});

it.each([
  ["an unknown key", () => client(stranger)],
  [
    "a token for somebody else",
    () => client(capture, { audience: "settings" }),
  ],
  ["an expired token", () => client(late)],
])("refuses %s, all with the same words", async (_what, make) => {
  await expect(make().openSource(request)).rejects.toMatchObject({
    code: Status.UNAUTHENTICATED,
    details:
      "state does not know the caller: check the service keys, the audience and the clocks of both.",
  });
});

it.each([
  ["no token", undefined],
  ["a word", "Bearer letmein"],
  ["another scheme", "Basic c3RhdGU6c3RhdGU="],
  // {"alg":"none","kid":"change-capture"}
  [
    "a token without signature",
    "Bearer eyJhbGciOiJub25lIiwia2lkIjoiY2hhbmdlLWNhcHR1cmUifQ.eyJpc3MiOiJjaGFuZ2UtY2FwdHVyZSIsImF1ZCI6InN0YXRlIn0.",
  ],
])("refuses %s", async (_what, authorization) => {
  const channel = createChannel(`http://127.0.0.1:${server.port}`);
  const metadata = Metadata(
    authorization === undefined ? {} : { authorization },
  );
  await expect(
    createClient(FeedServiceDefinition, channel).openSource(request, {
      metadata,
    }),
  ).rejects.toMatchObject({ code: Status.UNAUTHENTICATED });
  channel.close();
});

it("ends a call at its deadline and cancels it at the callee", async () => {
  const before = cancelled;
  const started = performance.now();
  await expect(
    client(capture, { deadlineMs: 200 }).beginSnapshot({
      name: "ams",
      expectedEpoch: 0n,
    }),
  ).rejects.toMatchObject({ code: Status.DEADLINE_EXCEEDED });
  expect(performance.now() - started).toBeLessThan(2_000);
  await expect.poll(() => cancelled).toBe(before + 1);
});

it("takes the deadline of the call over the client's", async () => {
  await expect(
    client(capture).beginSnapshot(
      { name: "ams", expectedEpoch: 0n },
      { deadline: 100 },
    ),
  ).rejects.toMatchObject({ code: Status.DEADLINE_EXCEEDED });
});

it("tells the errors that a method meant", async () => {
  await expect(
    client(capture).finishSnapshot({ source: "ams", epoch: 1n, lsn: 0n }),
  ).rejects.toMatchObject({
    code: Status.ABORTED,
    details: "Another writer has the source.",
  });
});

it("tells nothing of an error that no method meant, and does not repeat it", async () => {
  const error: unknown = await client(capture)
    .appendChanges({
      source: "ams",
      epoch: 1n,
      expectedLsn: 0n,
      lsn: 0n,
      changes: {},
      concerns: [],
    })
    .catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: Status.INTERNAL });
  expect(String(error)).not.toMatch(/Müller|0171/);
  expect(failures).toBe(1);
});

it("waits for a callee whose successor has to start first", async () => {
  const { port } = server;
  await server.close();
  const waiting = client(capture).openSource(request);
  await delay(2_500);
  server = await serveGrpc({
    host: "127.0.0.1",
    port,
    keys: state,
    services: [
      {
        definition: FeedServiceDefinition,
        implementation: feed,
        callers: { openSource: ["change-capture"] },
      },
    ],
  });
  await expect(waiting).resolves.toMatchObject({ name: "ams-Köln" });
});

it("gives up on a callee that stays away", async () => {
  const started = performance.now();
  await expect(
    client(capture, { address: "127.0.0.1:1" }).openSource(request),
  ).rejects.toMatchObject({ code: Status.UNAVAILABLE });
  expect(performance.now() - started).toBeLessThan(9_000);
});
