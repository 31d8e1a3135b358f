import { AccountServiceDefinition } from "@ams-sync/contracts";
import { ServerError, Status } from "nice-grpc";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { grpcClient, type GrpcClient } from "./client.js";
import { serveGrpc, type GrpcServer } from "./server.js";
import { generateServiceKeys, ServiceKeys } from "./service-keys.js";

const LONG = "Gespräch über Größen. ".repeat(6 * 50_000);
let servers: GrpcServer[];
let client: GrpcClient<typeof AccountServiceDefinition>;
let settings: ServiceKeys;
let heard = "";

const refuse = () =>
  Promise.reject(new ServerError(Status.UNIMPLEMENTED, "not here"));

beforeAll(async () => {
  const names = ["state", "settings"];
  const { privateKeys, publicKeys } = await generateServiceKeys(names);
  const keysOf = (name: string) =>
    ServiceKeys.from(privateKeys.get(name) ?? {}, publicKeys);
  const state = await keysOf("state");
  settings = await keysOf("settings");
  const serve = (answer: string) =>
    serveGrpc({
      host: "127.0.0.1",
      port: 0,
      keys: state,
      services: [
        {
          definition: AccountServiceDefinition,
          implementation: {
            announceAccount: refuse,
            resetStream: refuse,
            listAccounts: async ({ tenantId }) => {
              heard = tenantId;
              return { accounts: [{ userId: answer }] };
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
          },
          callers: { listAccounts: ["settings"] },
        },
      ],
    });
  servers = await Promise.all([serve(LONG), serve("der zweite")]);
});
afterEach(() => client.close());
afterAll(async () => {
  for (const server of servers) await server.close();
});

const clientOf = (address: string) =>
  (client = grpcClient(AccountServiceDefinition, {
    ...{ address, audience: "state", keys: settings },
  }));

it("a request and an answer may have more than 6 MiB", async () => {
  expect(Buffer.byteLength(LONG)).toBeGreaterThan(6 * 1024 * 1024);
  const { accounts } = await clientOf(
    `127.0.0.1:${servers[0]?.port}`,
  ).listAccounts({ tenantId: LONG });
  expect(heard).toBe(LONG);
  expect(accounts[0]?.userId).toBe(LONG);
});

it("calls go round the replicas, and past one that is gone", async () => {
  const [first, second] = servers;
  const calls = clientOf(
    `ipv4:127.0.0.1:${first?.port},127.0.0.1:${second?.port}`,
  );
  const answer = async () =>
    (await calls.listAccounts({ tenantId: "x" })).accounts[0]?.userId;
  const seen = new Set<string | undefined>();
  await expect
    .poll(async () => seen.add(await answer()).size, { timeout: 10_000 })
    .toBe(2);
  await first?.close();
  for (let call = 0; call < 10; call += 1)
    expect(await answer()).toBe("der zweite");
});
