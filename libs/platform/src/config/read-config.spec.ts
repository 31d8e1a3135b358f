import { describe, expect, it } from "vitest";
import { z } from "zod";
import { ConfigError } from "./config-error.js";
import { queueConfig, requireOneQueue } from "./queue-config.js";
import { readConfig } from "./read-config.js";
import { grpcServiceConfig, serviceConfig } from "./service-config.js";

const files = { SERVICE_KEY_FILE: "/k/own.jwk", SERVICE_KEYS_FILE: "/k/all" };

const failure = (read: () => unknown): ConfigError => {
  try {
    read();
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
};

describe("readConfig", () => {
  it("fills in defaults and makes numbers", () => {
    expect(readConfig(serviceConfig, { ...files, HTTP_PORT: "3000" })).toEqual({
      ...files,
      NODE_ENV: "production",
      LOG_LEVEL: "info",
      HTTP_HOST: "127.0.0.1",
      HTTP_PORT: 3000,
      GRPC_HOST: "127.0.0.1",
    });
  });

  it("names every bad variable at once and no value", () => {
    const schema = serviceConfig.extend({
      MODE: z.enum(["fast", "safe"]),
      SLICE_SIZE: z.coerce.number().int().min(1).max(500),
      PATTERN: z.string().regex(/^[a-z]+$/),
      MAIL: z.email(),
    });
    const error = failure(() =>
      readConfig(schema, {
        SERVICE_KEY_FILE: "/k/own.jwk",
        HTTP_PORT: "geheim-1",
        GRPC_PORT: "70000",
        OTEL_EXPORTER_OTLP_ENDPOINT: "geheim-2",
        MODE: "geheim-3",
        SLICE_SIZE: "0",
        PATTERN: "Geheim-4",
        MAIL: "geheim-5",
        LOG_LEVEL: "geheim-6",
      }),
    );
    expect(error.variables.map(({ name }) => name).toSorted()).toEqual([
      "GRPC_PORT",
      "HTTP_PORT",
      "LOG_LEVEL",
      "MAIL",
      "MODE",
      "OTEL_EXPORTER_OTLP_ENDPOINT",
      "PATTERN",
      "SERVICE_KEYS_FILE",
      "SLICE_SIZE",
    ]);
    expect(error.message).not.toMatch(/geheim|70000/i);
    expect(error.message).toContain("SERVICE_KEYS_FILE (missing)");
    expect(error.message).toContain("GRPC_PORT (must be at most 65535)");
    expect(error.message).toContain("SLICE_SIZE (must be at least 1)");
    expect(error.message).toContain("MODE (must be one of fast, safe)");
    expect(error.message).toContain("HTTP_PORT (must be of type number)");
  });

  it("takes a variable that is set to nothing as missing", () => {
    const error = failure(() =>
      readConfig(serviceConfig, { ...files, HTTP_PORT: "" }),
    );
    expect(error.variables).toEqual([{ name: "HTTP_PORT", reason: "missing" }]);
  });

  it("asks services with a gRPC server for its port", () => {
    const error = failure(() =>
      readConfig(grpcServiceConfig, { ...files, HTTP_PORT: "0" }),
    );
    expect(error.variables.map(({ name }) => name)).toEqual(["GRPC_PORT"]);
  });
});

describe("requireOneQueue", () => {
  const schema = requireOneQueue(
    serviceConfig.extend({
      ...queueConfig.shape,
      WORKER_CONCURRENCY: z.coerce.number().default(4),
    }),
  );
  const env = { ...files, HTTP_PORT: "0" };

  it.each([
    { REDIS_URL: "redis://127.0.0.1:6379" },
    { QUEUE_DATABASE_URL: "postgres://127.0.0.1/queues" },
  ])("takes one: %o", (queue) => {
    expect(readConfig(schema, { ...env, ...queue })).toMatchObject({
      ...queue,
      WORKER_CONCURRENCY: 4,
    });
  });

  it.each([
    ["none", {}],
    ["two", { REDIS_URL: "redis://r", QUEUE_DATABASE_URL: "postgres://p" }],
  ])("refuses %s and names both", (_what, queue) => {
    const error = failure(() => readConfig(schema, { ...env, ...queue }));
    expect(error.variables.map(({ name }) => name)).toEqual([
      "REDIS_URL",
      "QUEUE_DATABASE_URL",
    ]);
  });

  it("names the queue's variables together with other bad ones", () => {
    const bad = () =>
      readConfig(requireOneQueue(serviceConfig.extend(queueConfig.shape)), {
        HTTP_PORT: "x",
      });
    expect(bad).toThrow(
      /HTTP_PORT.*SERVICE_KEY_FILE.*REDIS_URL.*QUEUE_DATABASE_URL/,
    );
  });
});
