import { generateKeyPairSync } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { loadMasterKey } from "../encryption/encryption-key.js";
import { generateServiceKeys } from "../grpc/service-keys.js";
import { postgresUrl } from "./addresses.js";
import { allOf } from "./all-of.js";
import { ConfigError } from "./config-error.js";
import { ConfigSound, readServiceConfig } from "./read-service-config.js";
import { serviceConfig } from "./service-config.js";

const schema = serviceConfig.extend({ DATABASE_URL: postgresUrl });
let dir: string;
let good: Record<string, string>;

const write = async (name: string, text: string): Promise<string> => {
  const file = join(dir, name);
  await writeFile(file, text);
  return file;
};

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "config-"));
  const { privateKeys, publicKeys } = await generateServiceKeys(["Größe"]);
  good = {
    HTTP_PORT: "0",
    DATABASE_URL: "postgres://u:p@db/x",
    SERVICE_KEY_FILE: await write(
      "own.jwk",
      JSON.stringify(privateKeys.get("Größe")),
    ),
    SERVICE_KEYS_FILE: await write("all.jwks", JSON.stringify(publicKeys)),
  };
});
afterAll(() => rm(dir, { recursive: true }));

const refused = async (
  env: Record<string, string>,
  checks: Parameters<typeof readServiceConfig>[1] = {},
): Promise<ConfigError> => {
  const read = readServiceConfig(schema, { ...checks, env });
  const error = await read.catch((thrown: unknown) => thrown);
  if (error instanceof ConfigError) return error;
  throw new Error("no ConfigError", { cause: error });
};

it("gives the configuration when the files are good too", async () => {
  await expect(readServiceConfig(schema, { env: good })).resolves.toMatchObject(
    { HTTP_PORT: 0, DATABASE_URL: "postgres://u:p@db/x" },
  );
});

it("only looks when it is asked to", async () => {
  process.argv.push("--check-config");
  try {
    const looking = readServiceConfig(schema, { env: good });
    await expect(looking).rejects.toBeInstanceOf(ConfigSound);
    const bad = await refused({ ...good, HTTP_PORT: "geheim" });
    expect(bad.variables.map(({ name }) => name)).toEqual(["HTTP_PORT"]);
  } finally {
    process.argv.pop();
  }
});

it("names bad variables and the files of bad content in one error, without values", async () => {
  const pem = generateKeyPairSync("ed25519").privateKey.export({
    type: "pkcs8",
    format: "pem",
  });
  const error = await refused(
    {
      HTTP_PORT: "geheim",
      DATABASE_URL: "u:geheim@db",
      SERVICE_KEY_FILE: await write("bad.jwk", '{"kid":"x","geheim":1}'),
      SERVICE_KEYS_FILE: join(dir, "geheim"),
      GRPC_TLS_CA_FILE: await write("ca.pem", "geheim"),
      GRPC_TLS_CERT_FILE: await write("cert.pem", "geheim"),
      GRPC_TLS_KEY_FILE: await write("key.pem", String(pem)),
      MASTER_KEY_FILE: await write("master.key", "geheim"),
    },
    {
      checks: [({ MASTER_KEY_FILE: file = "" }) => loadMasterKey(file)],
    },
  );
  expect(error.variables.map(({ name }) => name)).toEqual([
    "HTTP_PORT",
    "DATABASE_URL",
    "SERVICE_KEY_FILE",
    "SERVICE_KEYS_FILE",
    "GRPC_TLS_CA_FILE",
    "GRPC_TLS_CERT_FILE",
    "MASTER_KEY_FILE",
  ]);
  expect(error.message).not.toContain("geheim");
});

it("names what is not set once, and TLS files that lack the others", async () => {
  const error = await refused({
    HTTP_PORT: "0",
    SERVICE_KEY_FILE: "",
    GRPC_TLS_CA_FILE: "/ca.pem",
  });
  expect(error.variables.map(({ name }) => name)).toEqual([
    "SERVICE_KEY_FILE",
    "SERVICE_KEYS_FILE",
    "DATABASE_URL",
    "GRPC_TLS_CERT_FILE",
    "GRPC_TLS_KEY_FILE",
  ]);
});

it.each([
  ["SERVICE_KEY_FILE", "null"],
  ["SERVICE_KEY_FILE", '{"kid":"a","kty":"OKP","crv":"Ed25519","d":"geheim"}'],
  ["SERVICE_KEYS_FILE", "[]"],
  ["SERVICE_KEYS_FILE", '{"keys":[null]}'],
  ["SERVICE_KEYS_FILE", '{"keys":[{"kty":"OKP","crv":"Ed25519","x":7}]}'],
])("refuses %s with %s", async (name, text) => {
  const error = await refused({ ...good, [name]: await write("some", text) });
  expect(error.variables).toMatchObject([{ name }]);
  expect(error.message).not.toContain("geheim");
});

it("allOf passes an error on that is no matter of configuration", async () => {
  const failure = new TypeError("größer");
  await expect(
    allOf([
      Promise.reject(new ConfigError([{ name: "A", reason: "missing" }])),
      Promise.reject(failure),
    ]),
  ).rejects.toBe(failure);
});
