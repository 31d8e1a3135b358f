import { ConfigError, readConfig } from "@ams-sync/platform";
import { describe, expect, it } from "vitest";
import { cloudConnectorConfig } from "./config.js";

const good = {
  HTTP_PORT: "0",
  SERVICE_KEY_FILE: "/k",
  SERVICE_KEYS_FILE: "/ks",
  QUEUE_DATABASE_URL: "postgres://q",
  AMS_DATABASE_URL: "postgres://a",
  STATE_ADDRESS: "127.0.0.1:1",
  SETTINGS_ADDRESS: "127.0.0.1:2",
};

describe("configuration", () => {
  it("has defaults for all that is not a place", () => {
    expect(readConfig(cloudConnectorConfig, good)).toMatchObject({
      WORKER_CONCURRENCY: 4,
      SLICE_SIZE: 100,
      RUN_MAX_RECORDS: 2_000,
      RUN_MAX_SECONDS: 60,
      REQUEST_TIMEOUT_MS: 20_000,
    });
  });

  it("names all bad variables and no value", () => {
    const start = () =>
      readConfig(cloudConnectorConfig, {
        ...good,
        AMS_DATABASE_URL: "",
        SLICE_SIZE: "geheim",
        WORKER_CONCURRENCY: "0",
      });
    expect(start).toThrow(ConfigError);
    expect(start).toThrow(
      /^(?!.*geheim)(?=.*AMS_DATABASE_URL)(?=.*SLICE_SIZE)(?=.*WORKER_CONCURRENCY)/,
    );
  });

  it("wants exactly one queue", () => {
    const two = { ...good, REDIS_URL: "redis://r" };
    expect(() => readConfig(cloudConnectorConfig, two)).toThrow(/REDIS_URL/);
  });
});
