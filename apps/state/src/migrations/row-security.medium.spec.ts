import { randomUUID } from "node:crypto";
import { StreamKind, type Entry } from "@ams-sync/contracts";
import { withTenant } from "@ams-sync/platform";
import { startPostgres, type Postgres } from "@ams-sync/testing";
import type { DataSource } from "typeorm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { customers, Office, unlinked } from "../testing/office.js";
import { StateUnderTest } from "../testing/state-under-test.js";
import {
  announce,
  imported,
  left,
  withConflict,
  work,
} from "../testing/two-ways.js";

/** Tables that belong to no tenant, each with its reason. A new one has to be argued for here. */
const TENANTLESS: Readonly<Record<string, string>> = {
  source: "an ams database, in which many tenants live; nobody's data",
};
/** TypeORM's own list of what was applied: for the owner alone. */
const MIGRATIONS = "migrations";

const own = randomUUID();
const stranger = randomUUID();
let postgres: Postgres;
let state: StateUnderTest;
let tables: readonly string[];

beforeAll(async () => {
  postgres = await startPostgres();
  state = await StateUnderTest.on(postgres);
  const office = new Office(state);
  await office.snapshot(customers(own, 2));
  const account = await office.account(own);
  const run = await office.begin(account);
  await office.runs.bindContainer({
    run,
    stream: StreamKind.CONTACTS,
    container: "https://cloud.example/dav/ams/",
  });
  await office.takeIn(run);
  const [entry] = await office.slice(run);
  await office.commit(run, [
    { ...withConflict(entry!, "city"), destructive: true },
  ]);
  await announce(office, run, [{ itemId: "/dav/x.vcf" }]);
  const { entries } = await work(office, run, 1);
  await office.commit(run, [left(entries[0]!, ["k"])]);
  for (const how of [(e: Entry) => imported(e, "9"), unlinked]) {
    await announce(office, run, [{ itemId: "/dav/y.vcf" }]);
    const [item] = (await work(office, run, 1)).entries;
    await office.commit(run, [how(item!)]);
  }
  await state.rows(`insert into state.erased_tenant values ($1)`, [own]);
  const { accountId } = account;
  await state.rows(`insert into state.mail_round values ($1, $2, 'held')`, [
    ...[own, accountId],
  ]);
  await state.rows(`insert into state.mail_digest values ($1, 'held', '7')`, [
    own,
  ]);
  await state.rows(
    `insert into state.ended_account values ($1, gen_random_uuid())`,
    [own],
  );
  const found = await state.rows<{ name: string }>(
    `select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = 'state' and c.relkind in ('r', 'p', 'v', 'm', 'f') order by 1`,
  );
  tables = found.map(({ name }) => name);
});
afterAll(async () => {
  await state.stop();
  await postgres.stop();
});

/** Runs the check for each table that the catalogue has; the failure names the table. */
const ofEach = async (
  names: readonly string[],
  check: (table: string) => Promise<void>,
) => {
  expect(names.length).toBeGreaterThan(0);
  for (const table of names)
    await check(table).catch((error: unknown) => {
      throw new Error(`state.${table}`, { cause: error });
    });
};
const tenantTables = () =>
  tables.filter((table) => !(table in TENANTLESS) && table !== MIGRATIONS);

const codeOf = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "done",
    (error: { driverError?: { code?: string } }) =>
      error.driverError?.code ?? String(error),
  );
const NOT_ALLOWED = "42501";

describe("every table", () => {
  it("is known to this spec", () => {
    expect(tables).toEqual([
      "account",
      "conflict",
      "container",
      "ended_account",
      "erased_tenant",
      "feed",
      "inbox",
      "link",
      "mail_digest",
      "mail_round",
      MIGRATIONS,
      "parted_item",
      "removal",
      "run",
      "schedule",
      "source",
      "stream",
      "stream_count",
      "tenant",
      "unlinked_item",
      "unlinked_key",
    ]);
  });

  it("forces row-level security on its owner too, and has a tenant", async () => {
    const closed = await state.rows<{ name: string }>(
      `select c.relname as name from pg_class c
       where c.relnamespace = 'state'::regnamespace and c.relrowsecurity and c.relforcerowsecurity`,
    );
    const withTenantId = await state.rows<{ name: string }>(
      `select table_name as name from information_schema.columns
       where table_schema = 'state' and column_name = 'tenant_id' and is_nullable = 'NO'`,
    );
    await ofEach(tables, async (table) => {
      if (table === MIGRATIONS) return;
      expect(closed.map(({ name }) => name)).toContain(table);
      if (!(table in TENANTLESS))
        expect(withTenantId.map(({ name }) => name)).toContain(table);
    });
  });

  it("holds something of the tenant, or what follows would prove nothing", async () => {
    await ofEach(tenantTables(), async (table) => {
      const rows = await state.rows(
        `select 1 from state.${table} where tenant_id = $1`,
        [own],
      );
      expect(rows.length).toBeGreaterThan(0);
    });
  });
});

describe("the runtime role", () => {
  const as = <T>(tenant: string, sql: string, ...parameters: unknown[]) =>
    withTenant<T>(state.database, tenant, (manager) =>
      manager.query(sql, parameters),
    );

  it("sees its tenant's rows, nothing of another's, and nothing without a tenant", async () => {
    await ofEach(tenantTables(), async (table) => {
      const all = `select tenant_id from state.${table}`;
      const rows = await as<{ tenant_id: string }[]>(own, all);
      expect(new Set(rows.map((row) => row.tenant_id))).toEqual(new Set([own]));
      expect(await as(stranger, all)).toEqual([]);
      expect(await state.database.query(all)).toEqual([]);
    });
  });

  it("changes and deletes nothing of another tenant", async () => {
    await ofEach(tenantTables(), async (table) => {
      for (const sql of [
        `update state.${table} set tenant_id = tenant_id`,
        `delete from state.${table}`,
      ]) {
        const done: unknown = await as<[unknown, number]>(stranger, sql).then(
          ([, count]) => count,
          (error: { driverError?: { code?: string } }) =>
            error.driverError?.code,
        );
        // Nothing to see, or no right at all.
        expect([0, NOT_ALLOWED]).toContain(done);
      }
      const rows = await state.rows(
        `select 1 from state.${table} where tenant_id = $1`,
        [own],
      );
      expect(rows.length).toBeGreaterThan(0);
    });
  });

  it("puts no row into another tenant, by insert or by update", async () => {
    await ofEach(tenantTables(), async (table) => {
      const [row] = await state.rows<{ row: object }>(
        `select to_jsonb(t) as row from state.${table} t where tenant_id = $1 limit 1`,
        [own],
      );
      const insert = `insert into state.${table} overriding system value
        select * from jsonb_populate_record(null::state.${table}, $1)`;
      expect(await codeOf(as(stranger, insert, JSON.stringify(row?.row)))).toBe(
        NOT_ALLOWED,
      );
      const move = `update state.${table} set tenant_id = $1`;
      expect(await codeOf(as(own, move, stranger))).toBe(NOT_ALLOWED);
    });
  });

  it("asks once in a statement whose rows of the feed it may touch, and not for each", async () => {
    const plan = JSON.stringify(
      await as(own, "explain (costs off) select position from state.feed"),
    );
    expect(plan).toContain("InitPlan");
    expect(plan).not.toMatch(/(Filter|Cond)[^"]*current_setting/);
  });

  it("shows which tenants live in a source only to who writes that source", async () => {
    const tenants = async (source: string) => {
      const rows: unknown[] = await state.database.transaction(
        async (manager) => {
          await manager.query(`select set_config('app.source', $1, true)`, [
            source,
          ]);
          return manager.query(`select tenant_id from state.tenant`);
        },
      );
      return rows.length;
    };
    expect(await tenants("ams")).toBe(1);
    expect(await tenants("other")).toBe(0);
  });

  it("owns nothing, bypasses nothing and does not reach the queues", async () => {
    await neitherOwnsNorBypasses(state.database);
    expect(
      await codeOf(state.database.query("select * from bullmq.migration")),
    ).toBe(NOT_ALLOWED);
    expect(
      await codeOf(state.database.query("create table state.mine (id int)")),
    ).toBe(NOT_ALLOWED);
    expect(
      await codeOf(state.database.query(`select * from state.${MIGRATIONS}`)),
    ).toBe(NOT_ALLOWED);
  });
});

describe("the schedule's role", () => {
  const READABLE = ["mail_round", "schedule", "source", "stream_count"];

  it("reads the schedule of all tenants, and no table with anybody's data", async () => {
    await ofEach(tables, async (table) => {
      const read = state.scheduleDatabase.query(`select * from state.${table}`);
      if (READABLE.includes(table))
        expect((await read).length).toBeGreaterThan(0);
      else expect(await codeOf(read)).toBe(NOT_ALLOWED);
    });
  });

  it("notes whom it told, and changes nothing else", async () => {
    const set = (what: string) =>
      codeOf(state.scheduleDatabase.query(`update state.schedule set ${what}`));
    expect(await set("enqueued_at = now()")).toBe("done");
    expect(await set("due_at = now()")).toBe(NOT_ALLOWED);
    expect(await set("parked = true")).toBe(NOT_ALLOWED);
    await ofEach(tables, async (table) => {
      const all = `delete from state.${table}`;
      expect(await codeOf(state.scheduleDatabase.query(all))).toBe(NOT_ALLOWED);
    });
    await neitherOwnsNorBypasses(state.scheduleDatabase);
  });
});

const neitherOwnsNorBypasses = async (database: DataSource) => {
  const [login] = await database.query(
    `select r.rolsuper or r.rolbypassrls as mighty,
       exists (select from pg_class c where pg_has_role(current_user, c.relowner, 'member')
         and c.relnamespace in ('state'::regnamespace, 'bullmq'::regnamespace)) as owner
     from pg_roles r where r.rolname = current_user`,
  );
  expect(login).toEqual({ mighty: false, owner: false });
};
