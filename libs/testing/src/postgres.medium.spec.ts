import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startPostgres, type Postgres } from "./postgres.js";

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  client.on("error", () => undefined);
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

const alive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe("startPostgres", () => {
  let postgres: Postgres;
  beforeAll(async () => {
    postgres = await startPostgres({ settings: { max_connections: 17 } });
  });
  afterAll(() => postgres.stop());

  it("is ready for logical replication and takes settings", async () => {
    expect(
      await query(
        postgres.adminUrl,
        "select name, setting from pg_settings where name in ('fsync','listen_addresses','max_connections','wal_level') order by 1",
      ),
    ).toEqual([
      { name: "fsync", setting: "off" },
      { name: "listen_addresses", setting: "127.0.0.1" },
      { name: "max_connections", setting: "17" },
      { name: "wal_level", setting: "logical" },
    ]);
  });

  it("refuses a wrong password", async () => {
    await expect(
      query(postgres.url("postgres", "postgres", "falsch"), "select 1"),
    ).rejects.toThrow(/password authentication failed/);
  });

  it("keeps umlauts and folds their case", async () => {
    const url = await postgres.createDatabase("müller-lüdenscheidt");
    expect(await query(url, "select upper('größe äöü') as text")).toEqual([
      { text: "GRÖßE ÄÖÜ" },
    ]);
  });

  it("has its data again after a crash and a restart", async () => {
    const url = await postgres.createDatabase("bleibt");
    await query(url, "create table t as select 'Straße' as a");
    const before = postgres.pid;
    await postgres.kill9();
    expect(alive(before)).toBe(false);
    await postgres.restart();
    expect(postgres.pid).not.toBe(before);
    expect(await query(url, "select a from t")).toEqual([{ a: "Straße" }]);
    await postgres.restart();
    expect(await query(url, "select a from t")).toEqual([{ a: "Straße" }]);
  });

  it("tells of an end that nobody asked for, after a restart as well, and of no other", async () => {
    let deaths = 0;
    postgres.onDeath(() => (deaths += 1));
    await postgres.restart();
    await postgres.kill9();
    await postgres.restart();
    expect(deaths).toBe(0);
    process.kill(postgres.pid, "SIGKILL");
    await expect.poll(() => deaths).toBe(1);
    await postgres.restart();
    expect(deaths).toBe(1);
  });
});
