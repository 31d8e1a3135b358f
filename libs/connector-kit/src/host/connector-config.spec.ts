import { ConfigError, readConfig } from "@ams-sync/platform";
import { expect, it } from "vitest";
import {
  connectorConfig,
  readConnectorConfig,
  requireOneEach,
} from "./connector-config.js";

const environment = {
  HTTP_PORT: "0",
  SERVICE_KEY_FILE: "/keys/cloud-connector.jwk",
  SERVICE_KEYS_FILE: "/keys/services.jwks",
  AMS_DATABASE_URL: "postgresql://connector:geheim@ams/ams",
  STATE_ADDRESS: "state:9090",
  SETTINGS_ADDRESS: "settings:9090",
  QUEUE_DATABASE_URL: "postgresql://queue:geheim@sync/sync",
};

it("takes what a connector needs", () => {
  expect(
    readConfig(requireOneEach(connectorConfig), environment),
  ).toMatchObject({
    WORKER_CONCURRENCY: 4,
    SLICE_SIZE: 100,
    JOB_LOCK_MS: 15_000,
  });
});

it.each([
  ["AMS_DATABASE_URL", "connector:geheim@ams"],
  ["AMS_SOURCE", "geheim Köln"],
  ["STATE_ADDRESS", "geheim"],
  ["SETTINGS_ADDRESS", "http://geheim:9090"],
  ["QUEUE_DATABASE_URL", "redis://geheim"],
  ["SLICE_SIZE", "0"],
  ["SLICE_SIZE", "501"],
  ["JOB_LOCK_MS", "0"],
])("names %s when it is %s", (name, value) => {
  const read = () =>
    readConfig(requireOneEach(connectorConfig), {
      ...environment,
      [name]: value,
    });
  expect(read).toThrow(new RegExp(`again: ${name} \\([^)]*\\)$`));
  expect(read).not.toThrow(/geheim/);
});

it("wants one way to name the ams databases", () => {
  const read = (env: Record<string, string>) => () =>
    readConfig(requireOneEach(connectorConfig), { ...environment, ...env });
  const both = /AMS_DATABASE_URL \([^)]*exactly one.*AMS_DATABASES_FILE/;
  expect(read({ AMS_DATABASES_FILE: "/keys/ams.json" })).toThrow(both);
  expect(read({ AMS_DATABASE_URL: "" })).toThrow(
    /AMS_DATABASE_URL \(missing\), AMS_DATABASES_FILE \(missing\)/,
  );
  const several = { AMS_DATABASE_URL: "", AMS_DATABASES_FILE: "/keys/ams" };
  expect(read(several)()).toMatchObject({ AMS_DATABASES_FILE: "/keys/ams" });
});

it("names bad variables and files at once", async () => {
  const error: unknown = await readConnectorConfig(connectorConfig, {
    ...environment,
    AMS_DATABASE_URL: "",
    AMS_DATABASES_FILE: "/nowhere/geheim.json",
    STATE_ADDRESS: "geheim",
  }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ConfigError);
  expect((error as ConfigError).variables.map(({ name }) => name)).toEqual([
    "STATE_ADDRESS",
    "SERVICE_KEY_FILE",
    "SERVICE_KEYS_FILE",
    "AMS_DATABASES_FILE",
  ]);
  expect(String(error)).not.toContain("geheim");
});
