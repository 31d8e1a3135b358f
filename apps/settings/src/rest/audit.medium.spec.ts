import { withTenant } from "@ams-sync/platform";
import {
  afterAll,
  beforeAll,
  beforeEach,
  describe,
  expect,
  test,
  vi,
} from "vitest";
import { audit } from "../audit/audit.repository.js";
import { AuditRetention, BATCH } from "../audit/retention.js";
import {
  CONTACTS,
  restOffice,
  type RestOffice,
} from "../testing/rest-office.js";
import { OURS, THEIRS } from "../testing/rest-under-test.js";

let office: RestOffice;
let rest: RestOffice["rest"];
let ask: RestOffice["ask"];
let create: RestOffice["create"];
let change: RestOffice["change"];
let count: RestOffice["count"];

beforeAll(async () => {
  office = await restOffice();
  ({ rest, ask, create, change, count } = office);
});
afterAll(() => office?.rest.stop());
beforeEach(() => office.anew());

describe("the audit trail", () => {
  test("says who changed what from what to what, and no password", async () => {
    const made = await create();
    await change(made, {
      policy: "remote-wins",
      contacts: { ...CONTACTS, tags: ["VIP"] },
      password: "Neu-3",
    });
    const { body, text } = await ask(
      "GET",
      `audit?accountId=${made.body.accountId}`,
    );
    expect(body.entries).toHaveLength(2);
    expect(body.entries[0]).toMatchObject({
      by: { userId: "17", name: "Jürgen mit7" },
      ...{ userId: "17", action: "changed" },
      changes: [
        { pointer: "/policy", from: "ams-wins", to: "remote-wins" },
        { pointer: "/contacts/tags", from: ["Großkunde"], to: ["VIP"] },
        { pointer: "/password", from: null, to: null },
      ],
    });
    expect(body.entries[1].action).toBe("created");
    expect(text).not.toMatch(/Geheim|Neu-3/);
    const dump = await rest.owner.query(
      "select (select jsonb_agg(t) from settings.audit_entry t) as a, (select jsonb_agg(t) from settings.credential t) as c, (select jsonb_agg(t) from settings.login_try t) as l",
    );
    expect(JSON.stringify(dump.rows)).not.toMatch(/Geheim|Neu-3/);
  });

  test("is forgotten after its days, and nothing younger", async () => {
    await create();
    await create({ contacts: null, appointments: null });
    await rest.owner.query(
      "update settings.audit_entry set at = at - interval '91 days' where entry_id = (select min(entry_id) from settings.audit_entry); update settings.audited_tenant set oldest_at = oldest_at - interval '91 days'",
    );
    await new AuditRetention(rest.dataSource, 90).sweep();
    expect(await count("audit_entry")).toBe(1);
    await new AuditRetention(rest.dataSource, 90).sweep();
    expect(await count("audit_entry")).toBe(1);
    expect(await count("audited_tenant")).toBe(1);
  });

  const OLD = "now() - interval '91 days'";
  const entryOf = (tenant: string) =>
    rest.owner.query(
      `insert into settings.audit_entry (tenant_id, at, by_name, account_id, user_id, action, changes)
       values ('${tenant}', ${OLD}, 'x', '${tenant}', 1, 'created', '[]')`,
    );

  test("is forgotten by two replicas at once", async () => {
    await entryOf(OURS);
    await create();
    const { owner } = rest;
    await owner.query(`update settings.audited_tenant set oldest_at = ${OLD}`);
    await owner.query(
      `begin; delete from settings.audited_tenant; insert into settings.audited_tenant values ('${OURS}', now())`,
    );
    const sweeping = new AuditRetention(rest.dataSource, 90).sweep();
    await vi.waitFor(async () => {
      const { rows } = await owner.query(
        "select 1 from pg_locks where not granted",
      );
      expect(rows).toHaveLength(1);
    });
    await owner.query("commit");
    await sweeping;
    expect(await count("audit_entry")).toBe(1);
    expect(await count("audited_tenant")).toBe(1);
  });

  test("is forgotten in batches, and by one replica at a time", async () => {
    const { owner } = rest;
    const many = 2 * BATCH + 1;
    await owner.query(
      `insert into settings.audit_entry (tenant_id, at, by_name, account_id, user_id, action, changes)
       select '${OURS}', now() - interval '20 days', n::text, '${OURS}', n, 'created', '[]' from generate_series(1, ${many}) n`,
    );
    await owner.query(
      `insert into settings.audited_tenant values ('${OURS}', now() - interval '20 days')`,
    );
    const first = await withTenant(rest.dataSource, OURS, (manager) =>
      audit.expire(manager, OURS, new Date(), BATCH),
    );
    expect(first).toBe(BATCH);
    const later = (days: number) =>
      new AuditRetention(
        rest.dataSource,
        90,
        () => new Date(Date.now() + days * 24 * 60 * 60 * 1000),
      );
    await later(69).sweep();
    expect(await count("audit_entry")).toBe(BATCH + 1);
    await owner.query(
      `begin; select pg_advisory_xact_lock(hashtextextended('ams-sync audit ${OURS}', 0))`,
    );
    await later(71).sweep();
    await owner.query("rollback");
    expect(await count("audit_entry")).toBe(BATCH + 1);
    await Promise.all([later(71).sweep(), later(71).sweep()]);
    await later(71).sweep();
    expect(await count("audit_entry")).toBe(0);
    expect(await count("audited_tenant")).toBe(0);
  });

  test("of one tenant that cannot be forgotten keeps no other's", async () => {
    const { owner } = rest;
    await entryOf(THEIRS);
    await entryOf(OURS);
    await owner.query(
      `insert into settings.audited_tenant values ('${THEIRS}', ${OLD} - interval '1 day'), ('${OURS}', ${OLD});
       create function settings.kept() returns trigger language plpgsql as $$ begin raise 'kept'; end $$;
       create trigger kept before delete on settings.audit_entry for each row
         when (old.tenant_id = '${THEIRS}') execute function settings.kept()`,
    );
    await new AuditRetention(rest.dataSource, 90).sweep();
    await owner.query("drop function settings.kept() cascade");
    const { rows } = await owner.query(
      "select tenant_id from settings.audit_entry",
    );
    expect(rows).toEqual([{ tenant_id: THEIRS }]);
  });

  test("is another tenant's to nobody, by the service's own role", async () => {
    await create();
    const seen = async (tenant: string) =>
      rest.dataSource.transaction(async (manager) => {
        await manager.query("select set_config('app.tenant_id', $1, true)", [
          tenant,
        ]);
        const [row] = await manager.query(
          "select count(*)::int as n from settings.audit_entry",
        );
        return row.n;
      });
    expect(await seen(OURS)).toBe(1);
    expect(await seen(THEIRS)).toBe(0);
    expect(await seen("")).toBe(0);
  });
});
