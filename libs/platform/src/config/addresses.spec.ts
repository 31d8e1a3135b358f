import { expect, it } from "vitest";
import { hostPort, postgresUrl, redisUrl } from "./addresses.js";

it.each([
  "postgres://127.0.0.1/queues",
  "postgresql://b%C3%A4r:geh%40im@db:5432/ams_sync?sslmode=require",
  "postgresql:///ams?host=/run/postgresql",
  "postgres://u:p@[::1]:5433/ams",
])("postgresUrl takes %s", (url) => {
  expect(postgresUrl.safeParse(url).success).toBe(true);
});

it.each([
  "capture:geheim@ams",
  "db:5432/ams",
  "http://db/ams",
  "postgres:ams",
  "postgres://u:geheim@db:99999/ams",
  "postgres://u:100%zz@db/ams",
  "postgres://u:p@db/ams extra",
  "ja",
])("postgresUrl refuses %s and does not quote it", (url) => {
  const { error } = postgresUrl.safeParse(url);
  expect(error?.issues).toMatchObject([
    { message: expect.stringContaining("postgresql:// URL") },
  ]);
  expect(JSON.stringify(error?.issues)).not.toContain(url);
});

it.each(["redis://127.0.0.1:6379", "rediss://:geheim@cache/1", "redis://r"])(
  "redisUrl takes %s",
  (url) => {
    expect(redisUrl.safeParse(url).success).toBe(true);
  },
);

it.each(["redis", "redis:6379", "http://redis", "redis://", "redis://:%zz@r"])(
  "redisUrl refuses %s",
  (url) => {
    expect(redisUrl.safeParse(url).success).toBe(false);
  },
);

it.each(["state:9090", "127.0.0.1:1", "[::1]:65535", "a-b.example:80"])(
  "hostPort takes %s",
  (address) => {
    expect(hostPort.safeParse(address).success).toBe(true);
  },
);

it.each([
  "state",
  ":9090",
  "state:",
  "state:0",
  "state:65536",
  "http://state:9090",
  "state:9090/",
  "user@state:9090",
  "::1:9090",
  "sta te:9090",
])("hostPort refuses %s", (address) => {
  expect(hostPort.safeParse(address).success).toBe(false);
});
