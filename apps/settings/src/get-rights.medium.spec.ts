import { randomUUID } from "node:crypto";
import { AmsUnreachable } from "@ams-sync/ams";
import { RecordKind, SettingsServiceDefinition } from "@ams-sync/contracts";
import {
  createDataSource,
  EncryptionKey,
  generateServiceKeys,
  grpcClient,
  serveGrpc,
  ServiceKeys,
  type GrpcClient,
  type GrpcServer,
} from "@ams-sync/platform";
import { Status } from "nice-grpc-common";
import {
  afterAll,
  beforeAll,
  beforeEach,
  describe,
  expect,
  test,
} from "vitest";
import { CredentialVault } from "./credential-vault.js";
import { settingsBinding, type AmsPeople } from "./settings.grpc.js";

const NAMES = ["settings", "state", "console", "cloud-connector"];
const user = { tenantId: String(randomUUID()), userId: "17" };

/** What ams says. */
let rightsOf: AmsPeople["rightsNow"];
let mailboxes: AmsPeople["mailboxes"];
let visible: AmsPeople["visible"];
let server: GrpcServer;
const clients = new Map<string, GrpcClient<typeof SettingsServiceDefinition>>();

beforeAll(async () => {
  const { privateKeys, publicKeys } = await generateServiceKeys(NAMES);
  const keysOf = (name: string) =>
    ServiceKeys.from(privateKeys.get(name) ?? {}, publicKeys);
  server = await serveGrpc({
    ...{ host: "127.0.0.1", port: 0, keys: await keysOf("settings") },
    services: [
      settingsBinding({
        // Rights are asked for without it: it is never opened.
        dataSource: createDataSource({
          ...{ url: "postgres://127.0.0.1:1/none", applicationName: "spec" },
        }),
        vault: new CredentialVault(EncryptionKey.generate()),
        announcer: { flush: async () => undefined },
        runs: { verifyRun: async () => ({ held: false }) },
        people: {
          rightsNow: (one) => rightsOf(one),
          visible: (...asked) => visible(...asked),
          mailboxes: (...asked) => mailboxes(...asked),
        },
        allowInsecureServers: false,
      }),
    ],
  });
  for (const name of NAMES)
    clients.set(
      name,
      grpcClient(SettingsServiceDefinition, {
        ...{ address: `127.0.0.1:${server.port}`, audience: "settings" },
        keys: await keysOf(name),
      }),
    );
});
afterAll(async () => {
  for (const client of clients.values()) client.close();
  await server.close();
});

const ask = (name: string, of = user) => clients.get(name)?.getRights(of);
const codeOf = async (call: Promise<unknown> | undefined) =>
  call?.then(
    () => "ok",
    (error: { code: Status }) => error.code,
  );

beforeEach(() => {
  rightsOf = async () => new Set(["menu.organisation.users"]);
});

test("are told to state as they are now", async () => {
  const asked: unknown[] = [];
  rightsOf = async (one) => {
    asked.push(one);
    return new Set(["menu.organisation.users"]);
  };
  expect(await ask("state")).toEqual({
    ...{ active: true, rights: ["menu.organisation.users"] },
  });
  expect(asked).toEqual([user]);
  rightsOf = async () => undefined;
  expect(await ask("state")).toEqual({ active: false, rights: [] });
});

test.each(NAMES.filter((name) => name !== "state"))(
  "are not told to %s",
  async (name) => {
    expect(await codeOf(ask(name))).toBe(Status.PERMISSION_DENIED);
  },
);

test("which records somebody sees is told to state alone", async () => {
  const records = [
    { kind: RecordKind.APPOINTMENT, recordId: "4" },
    { kind: RecordKind.CUSTOMER, recordId: "5" },
  ];
  visible = async (one, some) =>
    one.userId === user.userId
      ? {
          visible: some.filter(({ id }) => id === "4"),
          gone: some.filter(({ id }) => id === "5"),
        }
      : { visible: [], gone: [] };
  const look = (name: string) =>
    clients.get(name)?.listVisibleRecords({ ...user, records });
  expect(await look("state")).toEqual({
    ...{ visible: [records[0]], gone: [records[1]] },
  });
  for (const name of NAMES.filter((one) => one !== "state"))
    expect(await codeOf(look(name))).toBe(Status.PERMISSION_DENIED);
  visible = async () => {
    throw new AmsUnreachable("away");
  };
  expect(await codeOf(look("state"))).toBe(Status.UNAVAILABLE);
  for (const bad of [
    Array(201).fill(records[0]),
    [{ kind: RecordKind.CUSTOMER, recordId: "x" }],
  ])
    expect(
      await codeOf(
        clients.get("state")?.listVisibleRecords({ ...user, records: bad }),
      ),
    ).toBe(Status.INVALID_ARGUMENT);
});

test("cannot be told while ams is away", async () => {
  rightsOf = async () => {
    throw new AmsUnreachable("away");
  };
  expect(await codeOf(ask("state"))).toBe(Status.UNAVAILABLE);
});

test.each([
  { ...user, userId: "0" },
  { ...user, userId: "1; drop" },
  { ...user, tenantId: "x" },
])("are of a user of a tenant: %j", async (bad) => {
  expect(await codeOf(ask("state", bad))).toBe(Status.INVALID_ARGUMENT);
});

describe("mailboxes", () => {
  const one = { name: "Anna", address: "anna@makler.example" };
  const list = (name: string, userIds = ["17"]) =>
    clients.get(name)?.listMailboxes({ tenantId: user.tenantId, userIds });
  beforeEach(() => {
    mailboxes = async () => ({
      users: [{ userId: "17", name: "Anna" }],
      reachable: [{ ...one, userId: "17", language: "en" }],
      administrators: [{ ...one, userId: null, language: "de" }],
    });
  });

  test("are told to state", async () => {
    expect(await list("state")).toEqual({
      users: [{ userId: "17", name: "Anna" }],
      reachable: [{ ...one, userId: "17", language: "en" }],
      administrators: [{ ...one, userId: "", language: "de" }],
    });
    mailboxes = async () => undefined;
    expect(await list("state")).toEqual({
      ...{ users: [], reachable: [], administrators: [] },
    });
  });

  test.each(NAMES.filter((name) => name !== "state"))(
    "are not told to %s",
    async (name) => {
      expect(await codeOf(list(name))).toBe(Status.PERMISSION_DENIED);
    },
  );

  test("cannot be told while ams is away, or for what is no user", async () => {
    expect(await codeOf(list("state", ["x"]))).toBe(Status.INVALID_ARGUMENT);
    const many = Array.from({ length: 501 }, (_, index) => `${index + 1}`);
    expect(await codeOf(list("state", many))).toBe(Status.INVALID_ARGUMENT);
    mailboxes = async () => {
      throw new AmsUnreachable("away");
    };
    expect(await codeOf(list("state"))).toBe(Status.UNAVAILABLE);
  });
});
