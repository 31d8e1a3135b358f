import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AccountServiceDefinition } from "@ams-sync/contracts";
import { ServerError, Status } from "nice-grpc";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { grpcClient } from "./client.js";
import { serveGrpc, type GrpcServer } from "./server.js";
import { generateServiceKeys, ServiceKeys } from "./service-keys.js";
import { loadGrpcTls, type GrpcTls } from "./tls.js";

const openssl = (dir: string, ...args: string[]): void => {
  execFileSync("openssl", args, { cwd: dir, stdio: "ignore" });
};
const available = (() => {
  try {
    openssl(tmpdir(), "version");
    return true;
  } catch {
    return false;
  }
})();

/** A CA and one certificate of it for localhost, as the three files of a service. */
const certificates = (dir: string, ca: string): Record<string, string> => {
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"];
  const common = ["req", "-x509", "-nodes", "-days", "2", ...key];
  const file = (name: string): string => `${ca}-${name}.pem`;
  openssl(
    dir,
    ...[...common, "-subj", `/CN=${ca}`],
    ...["-keyout", file("ca-key"), "-out", file("ca")],
  );
  openssl(
    dir,
    ...[...common, "-subj", "/CN=service"],
    ...["-addext", "subjectAltName=DNS:localhost"],
    ...["-addext", "basicConstraints=critical,CA:FALSE"],
    ...["-CA", file("ca"), "-CAkey", file("ca-key")],
    ...["-keyout", file("key"), "-out", file("cert")],
  );
  return {
    GRPC_TLS_CA_FILE: join(dir, file("ca")),
    GRPC_TLS_CERT_FILE: join(dir, file("cert")),
    GRPC_TLS_KEY_FILE: join(dir, file("key")),
  };
};

describe.skipIf(!available)("gRPC over TLS (needs openssl)", () => {
  let dir: string;
  let server: GrpcServer;
  let settings: ServiceKeys;
  let ours: GrpcTls | undefined;
  let others: GrpcTls | undefined;

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), "tls-"));
    ours = await loadGrpcTls(certificates(dir, "ours"));
    others = await loadGrpcTls(certificates(dir, "others"));
    const { privateKeys, publicKeys } = await generateServiceKeys([
      "state",
      "settings",
    ]);
    const keysOf = (name: string) =>
      ServiceKeys.from(privateKeys.get(name) ?? {}, publicKeys);
    settings = await keysOf("settings");
    const refuse = () =>
      Promise.reject(new ServerError(Status.UNIMPLEMENTED, "not here"));
    server = await serveGrpc({
      host: "127.0.0.1",
      port: 0,
      keys: await keysOf("state"),
      tls: ours,
      services: [
        {
          definition: AccountServiceDefinition,
          implementation: {
            announceAccount: refuse,
            resetStream: refuse,
            listAccounts: () => Promise.resolve({ accounts: [] }),
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
  });
  afterAll(async () => {
    await server.close();
    rmSync(dir, { recursive: true });
  });

  const call = async (tls: GrpcTls | undefined): Promise<unknown> => {
    const client = grpcClient(AccountServiceDefinition, {
      address: `localhost:${server.port}`,
      audience: "state",
      keys: settings,
      tls,
      deadlineMs: 3_000,
    });
    try {
      return await client.listAccounts({ tenantId: "x" });
    } finally {
      client.close();
    }
  };

  it("answers a peer of the same CA", async () => {
    await expect(call(ours)).resolves.toEqual({ accounts: [] });
  });

  it.each([
    ["plain text", () => undefined],
    ["a peer of another CA", () => others],
    [
      "a peer that trusts us but shows another CA's certificate",
      () => (others && ours ? { ...others, ca: ours.ca } : undefined),
    ],
  ])("refuses %s", async (_what, tls) => {
    await expect(call(tls())).rejects.toThrow();
  });

  it("names the file that is missing beside the others", async () => {
    const files = { GRPC_TLS_CA_FILE: "a", GRPC_TLS_CERT_FILE: "b" };
    await expect(loadGrpcTls(files)).rejects.toMatchObject({
      name: "ConfigError",
      variables: [{ name: "GRPC_TLS_KEY_FILE" }],
    });
  });

  it("names every file that cannot be read or is no PEM", async () => {
    const files = {
      GRPC_TLS_CA_FILE: "/nowhere",
      GRPC_TLS_CERT_FILE: join(dir, "ours-key.pem"),
      GRPC_TLS_KEY_FILE: join(dir, "ours-cert.pem"),
    };
    await expect(loadGrpcTls(files)).rejects.toMatchObject({
      name: "ConfigError",
      variables: [
        {
          name: "GRPC_TLS_CA_FILE",
          reason: "names a file that cannot be read",
        },
        { name: "GRPC_TLS_CERT_FILE" },
        { name: "GRPC_TLS_KEY_FILE" },
      ],
    });
  });

  it("refuses the key of another certificate", async () => {
    const files = {
      GRPC_TLS_CA_FILE: join(dir, "ours-ca.pem"),
      GRPC_TLS_CERT_FILE: join(dir, "ours-cert.pem"),
      GRPC_TLS_KEY_FILE: join(dir, "others-key.pem"),
    };
    await expect(loadGrpcTls(files)).rejects.toMatchObject({
      variables: [{ name: "GRPC_TLS_KEY_FILE" }],
    });
  });

  it("is off when no file is named", async () => {
    await expect(loadGrpcTls({})).resolves.toBeUndefined();
  });
});
