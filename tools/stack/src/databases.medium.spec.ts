import { startPostgres, type Postgres } from "@ams-sync/testing";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ensureDatabase, provisionLogins } from "./databases.js";

const GROUPS = [
  "state",
  "schedule",
  "settings",
  "queue",
  "keys",
  "tenants",
  "connector",
  "capture",
  "console",
];

let postgres: Postgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

describe("databases", () => {
  it("makes logins that have their group's rights, twice with new passwords", async () => {
    const ams = postgres.url("ams");
    const north = postgres.url("nord");
    const databases = {
      ams: new Map([
        ["ams", ams],
        ["nord", north],
      ]),
      own: postgres.url("ams_sync"),
    };
    for (const url of [ams, north, databases.own]) {
      await ensureDatabase(url, "DATABASE_URL");
      await ensureDatabase(url, "DATABASE_URL");
    }
    for (const group of GROUPS)
      await query(postgres.adminUrl, `create role ams_sync_${group} nologin`);
    await query(
      databases.own,
      "create table note as select 'für Grüße' as text; grant select on note to ams_sync_state",
    );
    const first = await provisionLogins(databases);
    const second = await provisionLogins(databases);
    expect(await query(second.own.state, "select text from note")).toEqual([
      { text: "für Grüße" },
    ]);
    await expect(
      query(second.own.queue, "select text from note"),
    ).rejects.toThrow("permission denied");
    await expect(query(first.own.state, "select 1")).rejects.toThrow(
      "password authentication failed",
    );
    for (const [source, rolname] of [
      ["ams", "ams_sync_capture_login"],
      ["nord", "ams_sync_capture_login_2"],
    ] as const)
      expect(
        await query(
          second.ams.get(source)?.capture ?? "",
          "select rolname, rolreplication, rolsuper or rolbypassrls as strong, current_database() as db from pg_roles where rolname = current_user",
        ),
      ).toEqual([{ rolname, rolreplication: true, strong: false, db: source }]);
  });

  it("names the variable whose database cannot be reached, and no password", async () => {
    const refused = ensureDatabase(
      "postgresql://eigner:geheim@127.0.0.1:1/ams",
      "AMS_DATABASE_URL",
    );
    await expect(refused).rejects.toThrow(
      /^The database of AMS_DATABASE_URL cannot be used: connect ECONNREFUSED/,
    );
    await expect(refused).rejects.not.toThrow(/geheim/);
  });
});
