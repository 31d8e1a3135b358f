import { describe, expect, it } from "vitest";
import { inherited } from "./environment.js";
import { stackOptions } from "./stack-config.js";

describe("stackOptions", () => {
  it("names all bad variables and no values", () => {
    const read = () =>
      stackOptions({
        DATABASE_URL: "geheim",
        REDIS_URL: "http://geheim",
        STATE_HTTP_PORT: "99999",
      });
    expect(read).toThrow(/DATABASE_URL.*REDIS_URL.*STATE_HTTP_PORT/);
    expect(read).not.toThrow(/geheim|99999/);
  });

  it("says what a variable must be", () => {
    const read = () =>
      stackOptions({
        AMS_DATABASE_URL: "mysql://x",
        REDIS_URL: "localhost",
        POSTGRES_PORT: "abc",
      });
    expect(read).toThrow(/AMS_DATABASE_URL \(must be a postgresql:\/\/ URL/);
    expect(read).toThrow(/REDIS_URL \(must be a redis:\/\/ or rediss:\/\/ URL/);
    expect(read).toThrow(/POSTGRES_PORT \(must be a port, a number from 1 to/);
  });

  it("takes ports and URLs", () => {
    expect(
      stackOptions({
        AMS_DATABASE_URL: "postgres://o:p@db.example/ams?sslmode=require",
        SETTINGS_GRPC_PORT: "4711",
      }),
    ).toMatchObject({
      amsDatabaseUrl: "postgres://o:p@db.example/ams?sslmode=require",
      databaseUrl: undefined,
      ports: { settings: { grpc: 4711 } },
    });
  });
});

describe("OUTLOOK", () => {
  it("brings the outlook-connector, and is said in one word", () => {
    expect(stackOptions({}).outlook).toBe(false);
    expect(stackOptions({ OUTLOOK: "true" }).outlook).toBe(true);
    expect(() => stackOptions({ OUTLOOK: "ja" })).toThrow(/OUTLOOK/);
  });
});

describe("inherited", () => {
  it("hands on a service's own variables, but no owner's URL", () => {
    expect(
      inherited({
        PATH: "/bin",
        SLICE_SIZE: "50",
        OTEL_EXPORTER_OTLP_ENDPOINT: "http://o",
        AMS_DATABASE_URL: "x",
        DATABASE_URL: "x",
        REDIS_URL: "x",
        HTTP_PORT: "1",
        AMS_SYNC_DATA: "x",
        npm_lifecycle_event: "x",
        NODE_OPTIONS: "x",
        EMPTY: undefined,
      }),
    ).toEqual({
      PATH: "/bin",
      SLICE_SIZE: "50",
      OTEL_EXPORTER_OTLP_ENDPOINT: "http://o",
    });
  });
});
