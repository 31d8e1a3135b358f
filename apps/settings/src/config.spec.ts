import { randomBytes } from "node:crypto";
import { ConfigError, readConfig } from "@ams-sync/platform";
import { expect, it } from "vitest";
import { readSettingsConfig, settingsConfig } from "./config.js";

const environment = {
  HTTP_PORT: "0",
  GRPC_PORT: "0",
  SERVICE_KEY_FILE: "/keys/settings.jwk",
  SERVICE_KEYS_FILE: "/keys/services.jwks",
  DATABASE_URL: "postgresql://settings:geheim@sync/sync",
  STATE_ADDRESS: "state:9090",
  MASTER_KEY_FILE: "/keys/master.key",
};

it("asks for https:// unless it is told otherwise", () => {
  const read = (env: Record<string, string>) =>
    readConfig(settingsConfig, { ...environment, ...env });
  expect(read({}).ALLOW_INSECURE_SERVERS).toBe(false);
  expect(read({ ALLOW_INSECURE_SERVERS: "false" })).toEqual(read({}));
  const allowed = read({ ALLOW_INSECURE_SERVERS: "true" });
  expect(allowed.ALLOW_INSECURE_SERVERS).toBe(true);
});

it.each([
  ["DATABASE_URL", "settings:geheim@sync"],
  ["STATE_ADDRESS", "http://geheim:9090"],
  ["ALLOW_INSECURE_SERVERS", "geheim"],
])("names %s when it is %s", (name, value) => {
  const read = () =>
    readConfig(settingsConfig, { ...environment, [name]: value });
  expect(read).toThrow(new RegExp(`again: ${name} \\([^)]*\\)$`));
  expect(read).not.toThrow(/geheim/);
});

it("names bad variables and files at once", async () => {
  const error: unknown = await readSettingsConfig({
    ...environment,
    SERVICE_KEY_FILE: "/nowhere/geheim.jwk",
    SERVICE_KEYS_FILE: "/nowhere/geheim.jwks",
    MASTER_KEY_FILE: "/nowhere/geheim.key",
    MASTER_KEY_NEXT_FILE: "/nowhere/geheim-2.key",
    DATABASE_URL: "geheim",
    STATE_ADDRESS: "geheim",
    HTTP_PORT: "geheim",
  }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ConfigError);
  expect((error as ConfigError).variables.map(({ name }) => name)).toEqual([
    "HTTP_PORT",
    "DATABASE_URL",
    "STATE_ADDRESS",
    "SERVICE_KEY_FILE",
    "SERVICE_KEYS_FILE",
    "MASTER_KEY_FILE",
    "MASTER_KEY_NEXT_FILE",
  ]);
  expect(String(error)).not.toContain("geheim");
});

it("takes the master key from a file or from the environment, and not from both", async () => {
  const read = (env: Record<string, string>) => {
    const { MASTER_KEY_FILE: _file, ...others } = environment;
    return () => readConfig(settingsConfig, { ...others, ...env });
  };
  const MASTER_KEY = randomBytes(32).toString("base64");
  expect(read({ MASTER_KEY })()).toMatchObject({ MASTER_KEY });
  expect(read({})).toThrow(
    /MASTER_KEY_FILE \(missing\).*MASTER_KEY \(missing\)/,
  );
  const both = { MASTER_KEY, MASTER_KEY_FILE: "/keys/master.key" };
  expect(read(both)).toThrow(/exactly one of MASTER_KEY_FILE and MASTER_KEY/);
  const error: unknown = await readSettingsConfig({
    ...environment,
    ...{ MASTER_KEY_FILE: "", MASTER_KEY: "geheim", MASTER_KEY_NEXT: "geheim" },
  }).catch((thrown: unknown) => thrown);
  expect(String(error)).toMatch(/MASTER_KEY \(must be 32 bytes/);
  expect(String(error)).toMatch(/MASTER_KEY_NEXT \(must be 32 bytes/);
  expect(String(error)).not.toContain("geheim");
});
