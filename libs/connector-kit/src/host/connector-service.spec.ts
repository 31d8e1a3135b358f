import {
  ConnectorServiceDefinition,
  LoginFailure_Kind as Kind,
} from "@ams-sync/contracts";
import {
  generateServiceKeys,
  grpcClient,
  serveGrpc,
  ServiceKeys,
} from "@ams-sync/platform";
import { expect, it } from "vitest";
import { ConnectorError } from "../connector-error.js";
import { connectorBinding } from "./connector-service.js";

it.each([
  ["rejected", { enter: "https://dav.example/" }, Kind.OTHER_ADDRESS],
  ["rejected", {}, Kind.NOT_DAV],
  ["auth", {}, Kind.WRONG_LOGIN],
  ["auth", { refused: "app" }, Kind.WRONG_APP],
  ["auth", { refused: "directory" }, Kind.WRONG_DIRECTORY],
  ["auth", { refused: "consent" }, Kind.NO_CONSENT],
  ["auth", { refused: "mailbox" }, Kind.NO_MAILBOX],
] as const)("%s with %j is told as %s", async (refusal, detail, kind) => {
  const address = "enter" in detail ? detail.enter : "";
  const { privateKeys, publicKeys } = await generateServiceKeys([
    "settings",
    "cloud-connector",
  ]);
  const keysOf = (name: string) =>
    ServiceKeys.from(privateKeys.get(name) ?? {}, publicKeys);
  const server = await serveGrpc({
    ...{ host: "127.0.0.1", port: 0, keys: await keysOf("cloud-connector") },
    services: [
      connectorBinding({
        system: "cloud",
        inward: [],
        requestTimeoutMs: 1_000,
        open: () => Promise.reject(new Error("not in this spec")),
        tryLogin: () =>
          Promise.reject(new ConnectorError(refusal, "no", detail)),
      }),
    ],
  });
  const client = grpcClient(ConnectorServiceDefinition, {
    ...{ address: `127.0.0.1:${server.port}`, audience: "cloud-connector" },
    ...{ keys: await keysOf("settings"), tls: undefined, deadlineMs: 5_000 },
  });
  const { failure } = await client.checkLogin({
    ...{ serverUrl: "https://a.example/", username: "a", password: "b" },
  });
  expect(failure).toEqual({
    ...{ kind, message: "no", address },
  });
  client.close();
  await server.close();
});
