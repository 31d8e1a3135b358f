import { ConfigError, readConfig } from "@ams-sync/platform";
import { expect, it } from "vitest";
import { acceptConfig, captureConfig } from "./config.js";

const environment = {
  HTTP_PORT: "0",
  SERVICE_KEY_FILE: "/keys/change-capture.json",
  SERVICE_KEYS_FILE: "/keys/all.json",
  AMS_DATABASE_URL: "postgresql://capture:geheim@ams/ams",
  STATE_ADDRESS: "state:7001",
  QUEUE_DATABASE_URL: "postgresql://queue:geheim@sync/sync",
};

it("takes what the service needs", () => {
  expect(readConfig(captureConfig, environment)).toMatchObject({
    AMS_SOURCE: "ams",
    STATE_ADDRESS: "state:7001",
  });
});

it("names every bad variable and shows no value", () => {
  const start = () =>
    readConfig(captureConfig, {
      ...environment,
      AMS_DATABASE_URL: "",
      AMS_SOURCE: "ams Köln",
      HTTP_PORT: "viele",
      REDIS_URL: "redis://:geheim@redis",
    });
  expect(start).toThrow(ConfigError);
  expect(start).toThrow(
    /AMS_DATABASE_URL.*AMS_SOURCE|AMS_SOURCE.*AMS_DATABASE_URL/,
  );
  expect(start).toThrow(/HTTP_PORT/);
  const url = {
    AMS_DATABASE_URL: "capture:geheim@ams",
    STATE_ADDRESS: "state",
  };
  const other = () => readConfig(captureConfig, { ...environment, ...url });
  expect(other).toThrow(
    /AMS_DATABASE_URL.*postgresql.*STATE_ADDRESS.*host:port/,
  );
  expect(other).not.toThrow(/geheim/);
  expect(start).not.toThrow(/geheim|Köln|viele/);
});

it("asks the operator's command for neither port nor queue", () => {
  const { HTTP_PORT, QUEUE_DATABASE_URL, ...rest } = environment;
  expect(HTTP_PORT + QUEUE_DATABASE_URL).not.toBe("");
  expect(readConfig(acceptConfig, rest).AMS_SOURCE).toBe("ams");
});
