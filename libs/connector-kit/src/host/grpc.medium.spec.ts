import {
  BeginRunResponse_Refusal,
  ConflictPolicy,
  Loss,
  Origin,
  RecordKind,
  RunServiceDefinition,
  SettingsServiceDefinition,
  Side,
  StreamKind,
  System,
  WireRemoval,
  type BeginRunRequest,
  type CommitRequest,
  type EndRunRequest,
  type RunServiceImplementation,
  type SettingsServiceImplementation,
} from "@ams-sync/contracts";
import {
  ServiceKeys,
  generateServiceKeys,
  grpcClient,
  serveGrpc,
  type Caller,
  type GrpcServer,
} from "@ams-sync/platform";
import { ServerError, Status } from "nice-grpc-common";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { AccountSettings } from "../account-settings.js";
import { ConnectorError } from "../connector-error.js";
import { noCounts } from "../run-context.js";
import { ContainerTaken, LeaseLost } from "../run-state.js";
import type { RunState } from "../run-state.js";
import { grpcAccountSettings } from "./grpc-account-settings.js";
import { grpcRunState } from "./grpc-run-state.js";

const ACCOUNT = {
  tenantId: "0b1f6d3c-5a64-4a53-9d0c-6f9a1c2b3d4e",
  accountId: "5e2f4f0a-9f0f-4a7e-8d55-0c9d0b7a6e11",
};
const RUN = { account: ACCOUNT, runId: "1c8d5d0e-7c8c-4b7a-9a58-5a0b0d6c7e8f" };
const WIRE_LINK = {
  kind: RecordKind.CUSTOMER,
  recordId: "2",
  itemId: "/dav/ams-contacts/2.vcf",
  hash: "abc",
  fields: '{"lastName":"Groß"}',
  origin: Origin.CREATED,
};

const refuse = (): Promise<never> =>
  Promise.reject(new ServerError(Status.UNIMPLEMENTED, "not in this test"));

/** What the services are asked, and the one status that they answer with instead, if any. */
const told: {
  begins: BeginRunRequest[];
  commits: CommitRequest[];
  ends: EndRunRequest[];
} = {
  begins: [],
  commits: [],
  ends: [],
};
let status: Status | undefined;
let refusal = BeginRunResponse_Refusal.UNSPECIFIED;
const answer = <T>(value: T): Promise<T> =>
  status === undefined
    ? Promise.resolve(value)
    : Promise.reject(new ServerError(status, "Der Grund."));

const runService: RunServiceImplementation<Caller> = {
  beginRun: (request) => {
    told.begins.push(request);
    return answer({
      refusal,
      runId: RUN.runId,
      lease: { remainingMs: 59_900 },
      settingsVersion: 3n,
      source: "nord",
      sourceIdentity: "7301/ams",
      streams: [
        {
          kind: StreamKind.CONTACTS,
          container: "",
          remoteToken: "",
          remoteDue: true,
          full: true,
        },
        {
          kind: StreamKind.APPOINTMENTS,
          container: "https://wolke.example/ams/",
          remoteToken: "7",
          remoteDue: false,
          full: false,
          listing: true,
          boundAt: new Date(1_700_000_000_000),
          unlinked: 12n,
        },
      ],
    });
  },
  renewRun: () => answer({ remainingMs: 59_000 }),
  bindContainer: () => answer({ boundAt: new Date(1_700_000_000_000) }),
  takeIn: () => answer({ taken: 4n }),
  takeInRemote: () => answer({ taken: 5n }),
  nextWork: () =>
    answer({
      entries: [
        {
          entryId: 11n,
          side: Side.AMS,
          kind: RecordKind.CUSTOMER,
          recordId: "2",
          position: 9_007_199_254_740_993n,
          gone: true,
          judgedAt: new Date(1_700_000_000_123),
          committedAt: new Date(1_700_000_000_120),
          traceParent: "",
          attempts: 2,
          sent: true,
          sentFields: ["city"],
          sentMs: 1_500n,
          link: { ...WIRE_LINK, lost: Loss.NOTICED, history: "[]" },
          restore: true,
        },
        {
          entryId: 12n,
          side: Side.REMOTE,
          itemId: "/dav/x.ics",
          itemVersion: '"3"',
          position: 1n,
          judgedAt: new Date(0),
          released: true,
          intent: WireRemoval.CLEAR,
          decision: {
            answer: {
              $case: "link",
              value: { kind: RecordKind.CUSTOMER, recordId: "9" },
            },
          },
        },
      ],
      free: 7,
    }),
  findItems: () => answer({ found: [{ key: "k1", itemIds: ["/dav/x.ics"] }] }),
  commit: (request) => {
    told.commits.push(request);
    return answer({ lease: { remainingMs: 58_000 } });
  },
  endRun: (request) => {
    told.ends.push(request);
    return answer({ more: true });
  },
  verifyRun: refuse,
  hearOfChanges: refuse,
};

const settingsService: SettingsServiceImplementation<Caller> = {
  saveAccount: refuse,
  listAccounts: refuse,
  getRights: refuse,
  listVisibleRecords: refuse,
  listMailboxes: refuse,
  renewCredential: refuse,
  getAccount: () =>
    answer({
      userId: "7",
      system: System.CLOUD,
      version: 4n,
      serverUrl: "https://wolke.example/",
      username: "jörg",
      policy: ConflictPolicy.REMOTE_WINS,
      contacts: {
        customers: true,
        companies: false,
        agents: false,
        agentId: "",
        tags: ["Bestand"],
        editedSince: "",
        birthday: true,
        container: "",
      },
    }),
  getCredential: () =>
    answer({ username: "jörg", password: "geheim", settingsVersion: 4n }),
};

let server: GrpcServer;
let state: RunState;
let settings: AccountSettings;
const closing: { close(): void }[] = [];

beforeAll(async () => {
  const names = ["state", "cloud-connector"] as const;
  const { privateKeys, publicKeys } = await generateServiceKeys(names);
  const [served, calling] = await Promise.all(
    names.map((name) =>
      ServiceKeys.from(privateKeys.get(name) ?? {}, publicKeys),
    ),
  );
  if (!served || !calling) throw new Error("no keys");
  const callers = (definition: { methods: object }) =>
    Object.fromEntries(
      Object.keys(definition.methods).map((name) => [
        name,
        ["cloud-connector"],
      ]),
    );
  server = await serveGrpc({
    host: "127.0.0.1",
    port: 0,
    keys: served,
    services: [
      {
        definition: RunServiceDefinition,
        implementation: runService,
        callers: callers(RunServiceDefinition),
      },
      {
        definition: SettingsServiceDefinition,
        implementation: settingsService,
        callers: callers(SettingsServiceDefinition),
      },
    ],
  });
  const options = {
    address: `127.0.0.1:${server.port}`,
    audience: "state",
    keys: calling,
  };
  const runs = grpcClient(RunServiceDefinition, options);
  const accounts = grpcClient(SettingsServiceDefinition, options);
  closing.push(runs, accounts);
  state = grpcRunState(runs, "cloud", "pod-1", 1_500);
  settings = grpcAccountSettings(accounts);
});
afterAll(async () => {
  for (const client of closing) client.close();
  await server.close();
});
beforeEach(() => {
  status = undefined;
  refusal = BeginRunResponse_Refusal.UNSPECIFIED;
  told.commits = [];
  told.ends = [];
  told.begins = [];
});

describe("state over gRPC", () => {
  it("grants a run", async () => {
    const begun = await state.begin(ACCOUNT);
    expect(told.begins).toMatchObject([{ worker: "pod-1", jobLockMs: 1_500 }]);
    expect(begun).toEqual({
      granted: true,
      runId: RUN.runId,
      leaseMs: 59_900,
      settingsVersion: 3n,
      source: "nord",
      sourceIdentity: "7301/ams",
      streams: [
        {
          kind: "contacts",
          remoteDue: true,
          full: true,
          listing: false,
          unlinked: 0,
        },
        {
          kind: "appointments",
          container: "https://wolke.example/ams/",
          remoteToken: "7",
          remoteDue: false,
          full: false,
          listing: true,
          boundAt: 1_700_000_000_000,
          unlinked: 12,
        },
      ],
    });
    expect(await state.bindContainer(RUN, "contacts", "/x/")).toBe(
      1_700_000_000_000,
    );
  });

  it.each([
    [BeginRunResponse_Refusal.BUSY, "busy"],
    [BeginRunResponse_Refusal.PARKED, "parked"],
    [BeginRunResponse_Refusal.UNKNOWN, "unknown"],
  ] as const)("refuses a run: %s", async (wire, word) => {
    refusal = wire;
    expect(await state.begin(ACCOUNT)).toEqual({
      granted: false,
      refusal: word,
    });
  });

  it("hands entries over to the last digit", async () => {
    const { entries, free } = await state.nextWork(RUN, "contacts", 10);
    expect(free).toBe(7);
    expect(entries).toEqual([
      {
        side: "ams",
        entryId: 11n,
        kind: "customer",
        recordId: "2",
        tombstone: true,
        position: 9_007_199_254_740_993n,
        judgedAt: 1_700_000_000_123,
        committedAt: 1_700_000_000_120,
        attempts: 2,
        sent: true,
        sentMs: 1_500,
        unsure: ["city"],
        link: {
          kind: "customer",
          recordId: "2",
          itemId: "/dav/ams-contacts/2.vcf",
          hash: "abc",
          fields: '{"lastName":"Groß"}',
          origin: "created",
          lost: "noticed",
          history: "[]",
        },
        restore: true,
      },
      {
        side: "remote",
        entryId: 12n,
        itemId: "/dav/x.ics",
        itemVersion: '"3"',
        gone: false,
        position: 1n,
        attempts: 0,
        judgedAt: 0,
        released: true,
        intent: "clear",
        decision: { answer: "link", kind: "customer", recordId: "9" },
      },
    ]);
  });

  it("finds items by their keys", async () => {
    expect(await state.findItems(RUN, "contacts", ["k1", "k2"])).toEqual(
      new Map([["k1", ["/dav/x.ics"]]]),
    );
  });

  it("takes results of every kind, a text that it would refuse made to fit", async () => {
    const at = { entryId: 11n, position: 3n };
    const remaining = await state.commit(RUN, "contacts", [
      {
        ...at,
        outcome: {
          type: "linked",
          link: {
            kind: "customer",
            recordId: "2",
            itemId: "/2.vcf",
            itemVersion: '"4"',
            hash: "def",
            fields: "{}",
            origin: "adopted",
          },
        },
      },
      { ...at, outcome: { type: "unlinked" } },
      { ...at, outcome: { type: "untouched" } },
      { ...at, outcome: { type: "mark-sent", fields: ["city"] } },
      {
        ...at,
        outcome: {
          type: "set-aside",
          code: "rejected",
          message: `${"ü".repeat(5_000)}\0`,
          retryInMs: 0.5,
          look: true,
        },
      },
    ]);
    expect(remaining).toBe(58_000);
    const [commit] = told.commits;
    expect(commit?.run).toEqual(RUN);
    expect(commit?.results.map(({ outcome }) => outcome?.$case)).toEqual([
      "linked",
      "unlinked",
      "untouched",
      "markSent",
      "setAside",
    ]);
    expect(commit?.results[0]?.outcome?.value).toMatchObject({
      kind: RecordKind.CUSTOMER,
      origin: Origin.ADOPTED,
      itemVersion: '"4"',
    });
    expect(commit?.results[3]?.outcome?.value).toEqual({ fields: ["city"] });
    const aside = commit?.results[4]?.outcome;
    expect(aside?.$case === "setAside" && aside.value).toEqual({
      code: "rejected",
      message: "ü".repeat(1_000),
      retryInMs: 1n,
      look: true,
    });
  });

  it("hears how a run ended", async () => {
    const counts = { ...noCounts(), created: 3 };
    const error = { kind: "throttled", message: "Zu viele Anfragen." } as const;
    expect(
      await state.end(RUN, {
        counts,
        health: "degraded",
        error,
        retryInMs: 7_000,
      }),
    ).toEqual({ more: true });
    expect(told.ends).toMatchObject([
      {
        counts,
        health: "ACCOUNT_HEALTH_DEGRADED",
        errorKind: "throttled",
        errorMessage: "Zu viele Anfragen.",
        retryInMs: 7_000n,
      },
    ]);
  });

  it("says that the lease is lost, whatever is asked", async () => {
    status = Status.ABORTED;
    for (const call of [
      () => state.renew(RUN),
      () => state.takeIn(RUN, "contacts", ["customer"]),
      () => state.takeInRemote(RUN, "contacts", [], "7"),
      () => state.nextWork(RUN, "contacts", 1),
      () => state.nextWork(RUN, "contacts", 1),
      () => state.findItems(RUN, "contacts", ["k1"]),
      () => state.commit(RUN, "contacts", []),
      () => state.end(RUN, { counts: noCounts(), health: "ok", retryInMs: 0 }),
    ])
      await expect(call()).rejects.toBeInstanceOf(LeaseLost);
  });

  it("says that a container is taken, and nothing of it by other words", async () => {
    status = Status.ALREADY_EXISTS;
    await expect(
      state.bindContainer(RUN, "contacts", "/x/"),
    ).rejects.toBeInstanceOf(ContainerTaken);
    status = Status.INTERNAL;
    await expect(
      state.bindContainer(RUN, "contacts", "/x/"),
    ).rejects.toMatchObject({ code: Status.INTERNAL });
  });
});

describe("settings over gRPC", () => {
  it("hands over what the user chose; what is empty there is missing here", async () => {
    expect(await settings.account(ACCOUNT, 4n)).toEqual({
      userId: "7",
      version: 4n,
      serverUrl: "https://wolke.example/",
      username: "jörg",
      containers: {},
      options: {
        policy: "remote-wins",
        contacts: {
          customers: true,
          companies: false,
          agents: false,
          tags: ["Bestand"],
          birthday: true,
        },
      },
    });
  });

  it("asks again only where state was told of another version than it has read", async () => {
    expect((await settings.account(ACCOUNT, 4n)).version).toBe(4n);
    status = Status.INTERNAL;
    expect((await settings.account(ACCOUNT, 4n)).version).toBe(4n);
    await expect(settings.account(ACCOUNT, 5n)).rejects.toMatchObject({
      code: Status.INTERNAL,
    });
  });

  it("hands the credential to the run that holds the account", async () => {
    expect(await settings.credential(RUN)).toMatchObject({
      username: "jörg",
      password: "geheim",
      version: 4n,
    });
    status = Status.PERMISSION_DENIED;
    await expect(settings.credential(RUN)).rejects.toBeInstanceOf(LeaseLost);
    status = Status.NOT_FOUND;
    const missing = await settings
      .credential(RUN)
      .catch((error: unknown) => error);
    expect(missing).toBeInstanceOf(ConnectorError);
    expect(missing).toMatchObject({ kind: "auth" });
  });
});
