import { randomUUID } from "node:crypto";
import { startPostgres, type Postgres } from "@ams-sync/testing";
import type { DataSource, MigrationInterface, QueryRunner } from "typeorm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createDataSource } from "../database/data-source.js";
import { runMigrations } from "../database/migrations.js";
import { withTenant } from "./with-tenant.js";

class MakeNotes1700000000001 implements MigrationInterface {
  async up(queries: QueryRunner): Promise<void> {
    await queries.query(`
      create table notes.note (tenant_id uuid, note_id int, text text, primary key (tenant_id, note_id));
      alter table notes.note enable row level security;
      alter table notes.note force row level security;
      create policy tenant on notes.note
        using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid);
      create role notes_user login password 'geheim';
      grant usage on schema notes to notes_user;
      grant select, insert, update, delete on notes.note to notes_user;
    `);
  }

  async down(): Promise<void> {
    throw new Error("migrations only go up");
  }
}

class Fails1700000000002 implements MigrationInterface {
  async up(queries: QueryRunner): Promise<void> {
    await queries.query("create table notes.half (id int)");
    await queries.query("select 1/0");
  }

  async down(): Promise<void> {
    throw new Error("migrations only go up");
  }
}

let postgres: Postgres;
let owner: string;
let pool: DataSource;
const müller = randomUUID();
const weiß = randomUUID();
const logged: unknown[] = [];
const log = { info: (...line: unknown[]) => void logged.push(line) };
const migrate = (...migrations: (new () => MigrationInterface)[]) =>
  runMigrations({ url: owner, schema: "notes", migrations, log });

beforeAll(async () => {
  postgres = await startPostgres();
  const admin = createDataSource({
    url: await postgres.createDatabase("notes"),
    applicationName: "spec",
  });
  await admin.initialize();
  await admin.query(`
    create role notes_owner login createrole password 'geheim';
    grant create on database notes to notes_owner;
  `);
  await admin.destroy();
  owner = postgres.url("notes", "notes_owner", "geheim");
});
afterAll(async () => {
  await pool.destroy();
  await postgres.stop();
});

describe("runMigrations", () => {
  it("applies each once, whoever comes first", async () => {
    const applied = await Promise.all([
      migrate(MakeNotes1700000000001),
      migrate(MakeNotes1700000000001),
      migrate(MakeNotes1700000000001),
    ]);
    expect(applied.flat()).toEqual(["MakeNotes1700000000001"]);
    expect(await migrate(MakeNotes1700000000001)).toEqual([]);
  });

  it("keeps nothing of a migration that fails, and can be repeated", async () => {
    await expect(
      migrate(MakeNotes1700000000001, Fails1700000000002),
    ).rejects.toThrow("division by zero");
    const look = createDataSource({ url: owner, applicationName: "spec" });
    await look.initialize();
    expect(
      await look.query("select to_regclass('notes.half') as half"),
    ).toEqual([{ half: null }]);
    expect(await look.query("select name from notes.migrations")).toEqual([
      { name: "MakeNotes1700000000001" },
    ]);
    await look.destroy();
    expect(await migrate(MakeNotes1700000000001)).toEqual([]);
  });

  it("refuses a schema name that would need quoting", async () => {
    await expect(
      runMigrations({ url: owner, schema: 'x"; drop', migrations: [], log }),
    ).rejects.toThrow("schema name");
  });
});

describe("withTenant", () => {
  const count = async (manager: {
    query(sql: string): Promise<unknown>;
  }): Promise<unknown> => {
    return manager.query("select text from notes.note order by note_id");
  };
  const write = (tenantId: string, id: number, text: string) =>
    withTenant(pool, tenantId, (manager) =>
      manager.query("insert into notes.note values ($1, $2, $3)", [
        tenantId,
        id,
        text,
      ]),
    );

  beforeAll(async () => {
    pool = createDataSource({
      url: postgres.url("notes", "notes_user", "geheim"),
      // One connection: what one transaction leaves behind, the next would see.
      poolSize: 1,
      applicationName: "withTenant spec",
    });
    await pool.initialize();
    await write(müller, 1, "Grüße aus Köln");
    await write(weiß, 1, "Straße");
  });

  it("shows a tenant its own rows only", async () => {
    expect(await withTenant(pool, müller, count)).toEqual([
      { text: "Grüße aus Köln" },
    ]);
    expect(await withTenant(pool, weiß, count)).toEqual([{ text: "Straße" }]);
    expect(await withTenant(pool, randomUUID(), count)).toEqual([]);
  });

  it("shows nothing without a tenant, before and after a transaction of one", async () => {
    expect(await count(pool)).toEqual([]);
    await withTenant(pool, müller, count);
    expect(await count(pool)).toEqual([]);
  });

  it("holds for the owner of the tables, too", async () => {
    const asOwner = createDataSource({ url: owner, applicationName: "spec" });
    await asOwner.initialize();
    expect(await count(asOwner)).toEqual([]);
    expect(await withTenant(asOwner, weiß, count)).toHaveLength(1);
    await asOwner.destroy();
  });

  it("takes no row of another tenant", async () => {
    await expect(
      withTenant(pool, müller, (manager) =>
        manager.query("insert into notes.note values ($1, 9, 'x')", [weiß]),
      ),
    ).rejects.toMatchObject({ code: "42501" });
    const [, touched] = await withTenant(pool, müller, (manager) =>
      manager.query("update notes.note set text = 'x' where tenant_id = $1", [
        weiß,
      ]),
    );
    expect(touched).toBe(0);
  });

  it("rolls everything back when the work fails, and forgets the tenant", async () => {
    await expect(
      withTenant(pool, müller, async (manager) => {
        await manager.query("delete from notes.note");
        throw new Error("changed my mind");
      }),
    ).rejects.toThrow("changed my mind");
    expect(await withTenant(pool, müller, count)).toHaveLength(1);
    expect(await count(pool)).toEqual([]);
  });

  it.each(["", "müller", `${müller}'`, `${müller}\n`])(
    "refuses %o as a tenant before it asks the database",
    async (tenantId) => {
      await expect(withTenant(pool, tenantId, count)).rejects.toThrow(
        "tenantId must be a UUID",
      );
    },
  );

  it("ends a statement that takes too long", async () => {
    const hasty = createDataSource({
      url: postgres.url("notes", "notes_user", "geheim"),
      applicationName: "hasty",
      statementTimeoutMs: 100,
    });
    await hasty.initialize();
    await expect(hasty.query("select pg_sleep(10)")).rejects.toMatchObject({
      code: "57014",
    });
    await hasty.destroy();
  });
});
