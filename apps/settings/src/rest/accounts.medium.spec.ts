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
  APPOINTMENTS,
  CONTACTS,
  LOGIN,
  pointersOf,
  restOffice,
  type RestOffice,
} from "../testing/rest-office.js";
import { OURS, SECRET, THEIRS } from "../testing/rest-under-test.js";

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

describe("an account", () => {
  test("is made, read, listed and changed, whole", async () => {
    const made = await create();
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      ...{ userId: "17", system: "cloud", version: 1, hasPassword: true },
      ...{ policy: "ams-wins", contacts: CONTACTS, appointments: APPOINTMENTS },
    });
    expect(made.headers.get("location")).toBe(
      `/api/v1/settings/accounts/${made.body.accountId}`,
    );
    const read = await ask("GET", `accounts/${made.body.accountId}`);
    expect(read.body).toEqual(made.body);
    expect(read.headers.get("etag")).toBe('"1"');
    const changed = await change(made, {
      policy: "remote-wins",
      contacts: null,
    });
    expect(changed.body).toMatchObject({
      version: 2,
      policy: "remote-wins",
      contacts: null,
    });
    expect((await ask("GET", "accounts?userId=17")).body).toEqual({
      accounts: [changed.body],
      next: null,
    });
    expect((await ask("GET", "accounts?userId=16")).body.accounts).toEqual([]);
  });

  test("pages on the server", async () => {
    for (const user of ["11", "12", "13"])
      await ask("POST", `users/${user}/accounts`, {
        ...LOGIN,
        ...{ contacts: null, appointments: null, username: `u${user}` },
      });
    const seen: string[] = [];
    for (let after = ""; after !== "-";) {
      const { body } = await ask("GET", `accounts?limit=2${after}`);
      seen.push(
        ...body.accounts.map(({ userId }: { userId: string }) => userId),
      );
      after = body.next === null ? "-" : `&after=${body.next}`;
    }
    expect(seen.toSorted()).toEqual(["11", "12", "13"]);
  });

  test("cannot be saved over somebody else's change, nor without knowing", async () => {
    const made = await create();
    const first = await change(made, { policy: "remote-wins" });
    expect(first.status).toBe(200);
    const late = await change(made, { policy: "ams-wins" });
    expect([late.status, late.body.type]).toEqual([
      412,
      "urn:ams-sync:problem:version-moved",
    ]);
    for (const etag of ["1", "*", 'W/"2"', '"02"', '"x"'])
      expect((await change(made, {}, etag)).status).toBe(412);
    const { contacts, appointments, serverUrl, username, policy } = made.body;
    const blind = await ask("PUT", `accounts/${made.body.accountId}`, {
      ...{ contacts, appointments, serverUrl, username, policy },
    });
    expect(blind.status).toBe(428);
    expect((await ask("GET", `accounts/${made.body.accountId}`)).body).toEqual(
      first.body,
    );
  });

  test("is the only one that a user sends a kind to (R06-R08)", async () => {
    const first = await create();
    const second = await create({ contacts: null });
    expect(second.body).toMatchObject({
      ...{ accountId: first.body.accountId, system: "cloud" },
    });
    expect([second.status, second.body.type]).toEqual([
      409,
      "urn:ams-sync:problem:target-taken",
    ]);
    expect((await create({ contacts: null, appointments: null })).status).toBe(
      201,
    );
  });

  test("of a system without a connector cannot be made", async () => {
    const refused = await create({ system: "google" });
    expect(pointersOf(refused)).toEqual(["/system connector-missing"]);
    const { body } = await ask("GET", "users/17");
    expect(body.systems).toEqual([
      { system: "cloud", available: true },
      { system: "outlook", available: true },
      { system: "tobit", available: false },
      { system: "google", available: false },
    ]);
  });
});

describe("others' appointments (R14, R15)", () => {
  const outlook = (userId: string, owners: string[]) =>
    ask("POST", `users/${userId}/accounts`, {
      ...{
        system: "outlook",
        username: "jürgen@example.com",
        password: SECRET,
      },
      contacts: {
        ...CONTACTS,
        folders: { companies: "/jürgen/privat/", agents: null },
      },
      appointments: { ...APPOINTMENTS, owners },
    });

  test("need the right of the user whose account it is", async () => {
    expect(pointersOf(await outlook("13", ["17"]))).toEqual([
      "/appointments/owners right-missing",
    ]);
    expect((await outlook("13", ["13"])).status).toBe(201);
    const made = await outlook("14", ["14", "17"]);
    expect(made.body.appointments.owners).toEqual(["14", "17"]);
    expect(made.body.contacts.folders).toEqual({
      companies: "/jürgen/privat/",
      agents: null,
    });
    expect(made.body.serverUrl).toBe("https://graph.microsoft.com/");
  });

  test("and the same department", async () => {
    expect(pointersOf(await outlook("14", ["14", "25", "30", "57"]))).toEqual([
      "/appointments/owners/1 not-same-department",
      "/appointments/owners/2 not-same-department",
      "/appointments/owners/3 not-same-department",
    ]);
    const { body } = await ask("GET", "users/14");
    expect(body.mayChooseOthers).toBe(true);
    expect(body.colleagues).toHaveLength(7);
  });
});

test("of a brokerage that was erased is not made", async () => {
  await rest.owner.query(
    `insert into settings.erased_tenant values ('${OURS}')`,
  );
  try {
    const refused = await create();
    expect(refused.status).toBe(409);
    expect(refused.body.detail).toMatch(/gelöscht|erased/);
    expect(await count("account")).toBe(0);
  } finally {
    await rest.owner.query("delete from settings.erased_tenant");
  }
});

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

test("answers carry the headers that keep browsers safe", async () => {
  const { headers } = await ask("GET", "me");
  expect(headers.get("content-security-policy")).toBe(
    "default-src 'none';frame-ancestors 'none'",
  );
  expect(headers.get("x-content-type-options")).toBe("nosniff");
  expect(headers.get("strict-transport-security")).toMatch(/max-age/);
  expect(headers.get("cache-control")).toBe("no-store");
  expect(headers.get("x-powered-by")).toBeNull();
});
