import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  redisAvailable,
  startPostgres,
  startRedis,
  type Postgres,
  type Redis,
} from "@ams-sync/testing";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startStack, type Stack } from "./stack.js";

let data: string;
let postgres: Postgres;
let redis: Redis;
let stack: Stack | undefined;

beforeAll(async () => {
  if (!redisAvailable()) return;
  data = await mkdtemp(join(tmpdir(), "ams-sync-given-"));
  postgres = await startPostgres();
  redis = await startRedis();
});
afterAll(async () => {
  await stack?.stop();
  await redis?.stop();
  await postgres?.stop();
  if (data !== undefined) await rm(data, { recursive: true });
});

describe.skipIf(!redisAvailable())(
  "startStack on given servers (skipped without Debian's redis-server)",
  () => {
    it("needs no superuser, and keeps nothing of its own", async () => {
      const client = new Client({ connectionString: postgres.adminUrl });
      await client.connect();
      await client.query(
        "create role eigentümer login createrole createdb replication password 'geheim'",
      );
      await client.end();
      stack = await startStack({
        data,
        amsDatabaseUrl: postgres.url("ams", "eigentümer", "geheim"),
        databaseUrl: postgres.url("ams_sync", "eigentümer", "geheim"),
        redisUrl: redis.url,
      });
      for (const url of Object.values(stack.urls))
        expect((await fetch(`${url}/health/ready`)).status).toBe(200);
      expect(stack.postgres).toBeUndefined();
      expect(await readdir(data)).not.toContain("postgres");
      const own = new Client({ connectionString: stack.adminUrl });
      await own.connect();
      const { rows } = await own.query(
        "select to_regnamespace('state') is not null as state",
      );
      await own.end();
      expect(rows).toEqual([{ state: true }]);
    });
  },
);
