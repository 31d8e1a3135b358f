import { randomUUID } from "node:crypto";
import {
  AccountServiceDefinition,
  SaveAccountRequest,
  SettingsServiceDefinition,
  System,
  VerifyRunRequest,
  type AnnounceAccountRequest,
} from "@ams-sync/contracts";
import {
  createDataSource,
  EncryptionKey,
  generateServiceKeys,
  grpcClient,
  logger,
  runMigrations,
  serveGrpc,
  ServiceKeys,
  type GrpcClient,
} from "@ams-sync/platform";
import { startPostgres } from "@ams-sync/testing";
import { ServerError, Status } from "nice-grpc-common";
import pg from "pg";
import type { DataSource } from "typeorm";
import { Announcer } from "../announcer.js";
import { CredentialVault } from "../credential-vault.js";
import { migrations } from "../migrations/index.js";
import { settingsBinding } from "../settings.grpc.js";

export const PASSWORD = "Geheim-äöü-4711";
const NAMES = [
  "settings",
  "state",
  "console",
  "cloud-connector",
  "outlook-connector",
] as const;
type Name = (typeof NAMES)[number];

/** Settings at one end of real gRPC, who stands in for state at the other, over real PostgreSQL. */
export interface SettingsOverGrpc {
  /** What state was told and asked. */
  readonly state: {
    /** It is unavailable. */
    down: boolean;
    /** So many announcements are refused. */
    refuses: number;
    told: AnnounceAccountRequest[];
    asked: VerifyRunRequest[];
    heldRun: string;
  };
  readonly owner: pg.Client;
  readonly dataSource: DataSource;
  readonly announcer: Announcer;
  /** Settings, called by that service. */
  as(name: Name): GrpcClient<typeof SettingsServiceDefinition>;
  /** State is there, and knows nothing. */
  anew(): void;
  stop(): Promise<void>;
}

export async function settingsOverGrpc(): Promise<SettingsOverGrpc> {
  const fresh = (): SettingsOverGrpc["state"] => ({
    ...{ down: false, refuses: 0, told: [], asked: [], heldRun: "" },
  });
  const state = fresh();
  const postgres = await startPostgres();
  const url = await postgres.createDatabase("ams_sync");
  await runMigrations({
    ...{ url, schema: "settings", migrations },
    log: logger("test"),
  });
  const owner = new pg.Client({ connectionString: url });
  await owner.connect();
  await owner.query(
    `create role settings_login login password 'test' in role ams_sync_settings`,
  );
  const dataSource = createDataSource({
    url: postgres.url("ams_sync", "settings_login", "test"),
    applicationName: "settings-test",
  });
  await dataSource.initialize();

  const { privateKeys, publicKeys } = await generateServiceKeys([...NAMES]);
  const keysOf = async (name: Name) =>
    ServiceKeys.from(privateKeys.get(name) ?? {}, publicKeys);
  const stateServer = await serveState(state, await keysOf("state"));
  const keys = await keysOf("settings");
  const announcer = new Announcer(
    dataSource,
    grpcClient(AccountServiceDefinition, {
      address: `127.0.0.1:${stateServer.port}`,
      ...{ audience: "state", keys },
    }),
  );
  const server = await serveGrpc({
    ...{ host: "127.0.0.1", port: 0, keys },
    services: [
      settingsBinding({
        ...{ dataSource, announcer },
        vault: new CredentialVault(EncryptionKey.generate()),
        runs: {
          verifyRun: async (request) => {
            const asked = VerifyRunRequest.fromPartial(request);
            state.asked.push(asked);
            return { held: asked.run?.runId === state.heldRun };
          },
        },
        people: undefined,
        allowInsecureServers: false,
      }),
    ],
  });
  const clients = new Map<Name, ReturnType<SettingsOverGrpc["as"]>>();
  for (const name of NAMES)
    clients.set(
      name,
      grpcClient(SettingsServiceDefinition, {
        address: `127.0.0.1:${server.port}`,
        ...{ audience: "settings", keys: await keysOf(name) },
      }),
    );
  return {
    ...{ state, owner, dataSource, announcer },
    as: (name) => {
      const client = clients.get(name);
      if (!client) throw new Error(`no client ${name}`);
      return client;
    },
    anew: () => void Object.assign(state, fresh()),
    stop: async () => {
      for (const client of clients.values()) client.close();
      await server.close();
      await stateServer.close();
      await dataSource.destroy();
      await owner.end();
      await postgres.stop();
    },
  };
}

const serveState = (state: SettingsOverGrpc["state"], keys: ServiceKeys) =>
  serveGrpc({
    ...{ host: "127.0.0.1", port: 0, keys },
    services: [
      {
        definition: AccountServiceDefinition,
        implementation: {
          announceAccount: async (request) => {
            if (state.down) throw new ServerError(Status.UNAVAILABLE, "down");
            if (state.refuses > 0) {
              state.refuses -= 1;
              throw new Error("größer als erlaubt");
            }
            state.told.push(request);
            return {};
          },
          resetStream: async () => ({}),
          listAccounts: async () => ({}),
          listSetAside: async () => ({}),
          listHeld: async () => ({}),
          approveHeld: async () => ({}),
          listLeft: async () => ({}),
          decideItem: async () => ({}),
          listLost: async () => ({}),
          decideLost: async () => ({}),
          listConflicts: async () => ({}),
          getPreview: async () => ({}),
          applyPreview: async () => ({}),
        },
        callers: { announceAccount: ["settings"] },
      },
    ],
  });

/** A new cloud account with contacts. */
export const request = (over: { tenantId?: string; userId?: string } = {}) =>
  SaveAccountRequest.fromPartial({
    account: {
      account: {
        tenantId: over.tenantId ?? randomUUID(),
        accountId: randomUUID(),
      },
      userId: over.userId ?? "7",
      system: System.CLOUD,
      serverUrl: "https://cloud.example/dav/",
      username: "jürgen",
      contacts: { customers: true, birthday: true, tags: ["VIP"] },
    },
    password: PASSWORD,
  });

export const codeOf = async (call: Promise<unknown>): Promise<Status | "ok"> =>
  call.then(
    () => "ok" as const,
    (error: { code: Status }) => error.code,
  );
