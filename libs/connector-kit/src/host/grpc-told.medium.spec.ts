import {
  RunServiceDefinition,
  SettingsServiceDefinition,
  StreamKind,
  type HearOfChangesRequest,
  type RenewCredentialRequest,
  type RunServiceImplementation,
  type SettingsServiceImplementation,
} from "@ams-sync/contracts";
import {
  generateServiceKeys,
  grpcClient,
  serveGrpc,
  ServiceKeys,
  type Caller,
  type GrpcServer,
} from "@ams-sync/platform";
import { ServerError, Status } from "nice-grpc-common";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import type { AccountSettings } from "../account-settings.js";
import type { Heard, ListenerParts } from "../connector-app.js";
import { grpcAccountSettings } from "./grpc-account-settings.js";
import { grpcHear } from "./grpc-hear.js";

const ACCOUNT = {
  tenantId: "0b1f6d3c-5a64-4a53-9d0c-6f9a1c2b3d4e",
  accountId: "5e2f4f0a-9f0f-4a7e-8d55-0c9d0b7a6e11",
};
const RUN = { account: ACCOUNT, runId: "1c8d5d0e-7c8c-4b7a-9a58-5a0b0d6c7e8f" };

let server: GrpcServer;
let hear: ListenerParts["hear"];
let settings: AccountSettings;
let away = false;
let told: (HearOfChangesRequest | RenewCredentialRequest)[];
const closing: { close(): void }[] = [];

const noted = <T>(request: (typeof told)[number], answer: T): Promise<T> => {
  told.push(request);
  return away
    ? Promise.reject(new ServerError(Status.INTERNAL, "Der Grund."))
    : Promise.resolve(answer);
};

beforeAll(async () => {
  const { privateKeys, publicKeys } = await generateServiceKeys([
    "state",
    "outlook-connector",
  ]);
  const keysOf = (name: "state" | "outlook-connector") =>
    ServiceKeys.from(privateKeys.get(name) ?? {}, publicKeys);
  const refuse = () =>
    Promise.reject(new ServerError(Status.UNIMPLEMENTED, "not in this test"));
  const others = (definition: { methods: object }) =>
    Object.keys(definition.methods).map((name) => [name, refuse] as const);
  const runService: RunServiceImplementation<Caller> = {
    ...Object.fromEntries(others(RunServiceDefinition)),
    hearOfChanges: (request: HearOfChangesRequest) =>
      noted(request, { woken: true }),
  } as never;
  const settingsService: SettingsServiceImplementation<Caller> = {
    ...Object.fromEntries(others(SettingsServiceDefinition)),
    renewCredential: (request: RenewCredentialRequest) =>
      noted(request, { revision: request.revision === "ab" ? "cd" : "" }),
  } as never;
  const callers = ["outlook-connector"];
  server = await serveGrpc({
    host: "127.0.0.1",
    port: 0,
    keys: await keysOf("state"),
    services: [
      {
        definition: RunServiceDefinition,
        implementation: runService,
        callers: { hearOfChanges: callers },
      },
      {
        definition: SettingsServiceDefinition,
        implementation: settingsService,
        callers: { renewCredential: callers },
      },
    ],
  });
  const options = {
    address: `127.0.0.1:${server.port}`,
    audience: "state",
    keys: await keysOf("outlook-connector"),
  };
  const runs = grpcClient(RunServiceDefinition, options);
  const accounts = grpcClient(SettingsServiceDefinition, options);
  closing.push(runs, accounts);
  hear = grpcHear(runs);
  settings = grpcAccountSettings(accounts);
});
afterAll(async () => {
  for (const client of closing) client.close();
  await server.close();
});
beforeEach(() => {
  away = false;
  told = [];
});

it("state is told what another system says outside a run", async () => {
  const heard: Heard = {
    ...{ account: ACCOUNT, stream: "contacts", unwatched: true },
  };
  await hear(heard);
  expect(told).toEqual([{ ...heard, stream: StreamKind.CONTACTS }]);
  away = true;
  await expect(hear(heard)).rejects.toMatchObject({ code: Status.INTERNAL });
});

it("settings gets what was renewed, and says whether it is stored", async () => {
  expect(await settings.renew?.(RUN, "ab", "neu")).toBe("cd");
  expect(told).toEqual([{ ...RUN, revision: "ab", password: "neu" }]);
  expect(await settings.renew?.(RUN, "alt", "neu")).toBeUndefined();
});
