import { randomUUID } from "node:crypto";
import {
  startPostgres,
  startRollbackProxy,
  type Postgres,
  type RollbackProxy,
} from "@ams-sync/testing";
import type { DataSource, EntityManager } from "typeorm";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { withTenant } from "../tenancy/with-tenant.js";
import { createDataSource } from "./data-source.js";

const müller = randomUUID();
const weiß = randomUUID();

let postgres: Postgres;
let admin: DataSource;
let proxy: RollbackProxy;
let pool: DataSource;

beforeAll(async () => {
  postgres = await startPostgres();
  admin = createDataSource({
    url: await postgres.createDatabase("notes"),
    applicationName: "admin",
  });
  await admin.initialize();
  await admin.query(`
    create table note (tenant_id uuid, text text);
    alter table note enable row level security;
    create policy tenant on note using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid);
    create role notes_user login password 'geheim';
    grant select, insert on note to notes_user`);
  proxy = await startRollbackProxy(postgres.port);
  const url = new URL(postgres.url("notes", "notes_user", "geheim"));
  url.port = String(proxy.port);
  // One connection: what one transaction leaves behind, the next would see.
  pool = createDataSource({
    url: url.href,
    poolSize: 1,
    applicationName: "spec",
    statementTimeoutMs: 200,
  });
  await pool.initialize();
});
afterAll(async () => {
  await pool?.destroy();
  await admin?.destroy();
  proxy?.stop();
  await postgres?.stop();
});
beforeEach(async () => {
  proxy.fate = "passes";
  await admin.query("truncate note");
});

const sessionOf = async (manager: EntityManager): Promise<number> => {
  const [row]: { pid: number }[] = await manager.query(
    "select pg_backend_pid() as pid",
  );
  return row?.pid ?? 0;
};
const write = (manager: EntityManager, tenantId: string) =>
  manager.query("insert into note values ($1, 'Grüße')", [tenantId]);

/** Somebody's work fails after it has written. */
const failing = async (how: (manager: EntityManager) => Promise<unknown>) => {
  let session = 0;
  const failed = withTenant(pool, müller, async (manager) => {
    session = await sessionOf(manager);
    await write(manager, müller);
    await how(manager);
  });
  await expect(failed).rejects.toThrow(
    /changed my mind|timeout|terminat|released/,
  );
  proxy.fate = "passes";
  return session;
};
/** Whose notes there are once the next one has written his. */
const after = async (): Promise<{ session: number; whose: string[] }> => {
  const session = await withTenant(pool, weiß, async (manager) => {
    await write(manager, weiß);
    return sessionOf(manager);
  });
  const rows: { whose: string }[] = await admin.query(
    "select tenant_id as whose from note",
  );
  return { session, whose: rows.map(({ whose }) => whose) };
};
const changedMind = async () => {
  throw new Error("changed my mind");
};

describe("a transaction that fails", () => {
  it("leaves its connection to the next, where it was rolled back", async () => {
    const session = await failing(changedMind);
    expect(await after()).toEqual({ session, whose: [weiß] });
  });

  it("also after a statement that took too long", async () => {
    const session = await failing((manager) =>
      manager.query("select pg_sleep(10)"),
    );
    expect(await after()).toEqual({ session, whose: [weiß] });
  });

  it.each(["is refused", "is lost"] as const)(
    "leaves nothing of it to the next, where its rollback %s",
    async (what) => {
      proxy.fate = what;
      const session = await failing(changedMind);
      const next = await after();
      expect(next.whose).toEqual([weiß]);
      expect(next.session).not.toBe(session);
      // Nor does the server keep what nobody will end.
      await expect
        .poll(() =>
          admin.query("select from pg_stat_activity where pid = $1", [session]),
        )
        .toEqual([]);
    },
    15_000,
  );

  it("leaves nothing to the next, where its session was ended", async () => {
    const session = await failing(async (manager) => {
      const own = await sessionOf(manager);
      await admin.query("select pg_terminate_backend($1)", [own]);
      await manager.query("select pg_sleep(1)");
    });
    const next = await after();
    expect(next.whose).toEqual([weiß]);
    expect(next.session).not.toBe(session);
  });

  it("is told as it failed, where there is no connection at all", async () => {
    const nowhere = createDataSource({
      url: "postgresql://nobody@127.0.0.1:1/nothing",
      applicationName: "spec",
    });
    await expect(
      withTenant(nowhere, müller, async () => undefined),
    ).rejects.toThrow(/connect|ECONNREFUSED|not set|initiali/i);
  });
});
