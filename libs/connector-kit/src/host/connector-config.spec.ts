import { readConfig, requireOneQueue } from "@ams-sync/platform";
import { expect, it } from "vitest";
import { connectorConfig } from "./connector-config.js";

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
    readConfig(requireOneQueue(connectorConfig), environment),
  ).toMatchObject({
    WORKER_CONCURRENCY: 4,
    SLICE_SIZE: 100,
    JOB_LOCK_MS: 15_000,
  });
});

it.each([
  ["AMS_DATABASE_URL", "connector:geheim@ams"],
  ["STATE_ADDRESS", "geheim"],
  ["SETTINGS_ADDRESS", "http://geheim:9090"],
  ["QUEUE_DATABASE_URL", "redis://geheim"],
  ["SLICE_SIZE", "0"],
  ["SLICE_SIZE", "501"],
  ["JOB_LOCK_MS", "0"],
])("names %s when it is %s", (name, value) => {
  const read = () =>
    readConfig(requireOneQueue(connectorConfig), {
      ...environment,
      [name]: value,
    });
  expect(read).toThrow(new RegExp(`again: ${name} \\([^)]*\\)$`));
  expect(read).not.toThrow(/geheim/);
});
