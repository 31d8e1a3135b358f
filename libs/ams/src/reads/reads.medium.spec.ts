import { RECORD_KINDS } from "@ams-sync/sync-core";
import { startPostgres, type Postgres } from "@ams-sync/testing";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { AmsDatabase } from "../ams-database.js";
import { migrateAms } from "../migrate-ams.js";

const A = "00000000-0000-4000-8000-00000000000a";
const B = "00000000-0000-4000-8000-00000000000b";
const CHANGED = "2026-10-25T00:30:00.123Z";

let postgres: Postgres;
let owner: Client;
let ams: AmsDatabase;

beforeAll(async () => {
  postgres = await startPostgres();
  const url = await postgres.createDatabase("ams");
  await migrateAms(url);
  owner = new Client({ connectionString: url });
  await owner.connect();
  await owner.query(
    "create role connector_login login password 'geheim' in role ams_sync_connector",
  );
  for (const [tenant, release] of [
    [A, true],
    [B, false],
  ] as const)
    await owner.query(`
      insert into ams.tenant (tenant_id, name, agent_release) values ('${tenant}', 'Maklerhaus Süd', ${release});
      insert into ams.department values ('${tenant}', 7, 'Außendienst');
      insert into ams.user_account (tenant_id, user_id, department_id, login, active) values
        ('${tenant}', 1, 7, 'jschäfer', true), ('${tenant}', 2, null, 'weg', false), ('${tenant}', 3, 7, 'köhler', false);
      insert into ams.user_right values ('${tenant}', 1, 'menu.organisation.users'), ('${tenant}', 1, 'appointments.department');
      insert into ams.agent (tenant_id, agent_id, name, last_changed) values
        ('${tenant}', 1, 'Änne Groß', '${CHANGED}'), ('${tenant}', 2, 'Büro Weiß', '${CHANGED}');
      insert into ams.agent_release values ('${tenant}', 1, 2);
      insert into ams.company (tenant_id, company_id, name, city, last_changed) values ('${tenant}', 1, 'Löwenfels AG', 'Köln', '${CHANGED}');
      insert into ams.customer (tenant_id, customer_id, kind, agent_id, first_name, last_name, name, birth_date, phone_private, last_changed) values
        ('${tenant}', 1, 'private', 2, ' Jürgen', 'Müller-Lüdenscheidt', 'nicht gefragt', '1985-02-31', '', '${CHANGED}'),
        ('${tenant}', 2, 'commercial', null, 'nicht', 'gefragt', 'Weiß & Söhne GmbH', null, '0221/4711', '${CHANGED}'),
        ('${tenant}', 9223372036854775807, 'private', null, null, 'Öztürk', null, null, null, '${CHANGED}');
      insert into ams.tag values ('${tenant}', 1, 'VIP'), ('${tenant}', 2, 'Großkunde');
      insert into ams.customer_tag values ('${tenant}', 1, 1), ('${tenant}', 1, 2);
      insert into ams.appointment (tenant_id, appointment_id, user_id, date, reason, remark, starts_at_time, ends_at_time, last_changed)
        values ('${tenant}', 1, 1, '2026-10-25', 'Jahresgespräch', E'Ausweis;\\r\\nPolice\\\\Antrag', '23:30', '00:30', '${CHANGED}')`);
  ams = await AmsDatabase.connect({
    url: postgres.url("ams", "connector_login", "geheim"),
    applicationName: "spec",
    poolSize: 2,
  });
});

afterAll(async () => {
  await ams?.close();
  await owner?.end();
  await postgres?.stop();
});

describe("records", () => {
  it("come as they stand, by kind and id; what is not there is missing", async () => {
    const records = await ams.inTenant(A, (reads) =>
      reads.records([
        { kind: "appointment", id: "1" },
        { kind: "customer", id: "1" },
        { kind: "customer", id: "2" },
        { kind: "customer", id: "1" },
        { kind: "customer", id: "4711" },
        { kind: "company", id: "1" },
        { kind: "agent", id: "2" },
        { kind: "agent", id: "4711" },
      ]),
    );
    const lastChanged = Date.parse(CHANGED);
    expect([...records.keys()].sort()).toEqual([
      "agent/2",
      "appointment/1",
      "company/1",
      "customer/1",
      "customer/2",
    ]);
    const person = records.get("customer/1");
    expect(person).toMatchObject({
      kind: "customer",
      id: "1",
      type: "private",
      agentId: "2",
      tags: ["Großkunde", "VIP"],
      lastChanged,
      rowVersion: "1",
      values: {
        firstName: " Jürgen",
        lastName: "Müller-Lüdenscheidt",
        birthDate: "1985-02-31",
        phonePrivate: "",
        fax: null,
      },
    });
    expect(person?.values).not.toHaveProperty("name");
    const firm = records.get("customer/2");
    expect(firm).toMatchObject({
      type: "commercial",
      tags: [],
      values: {
        name: "Weiß & Söhne GmbH",
        phoneBusiness: null,
        phonePrivate: "0221/4711",
      },
    });
    expect(firm).not.toHaveProperty("agentId");
    expect(firm?.values).not.toHaveProperty("lastName");
    expect(records.get("company/1")).toMatchObject({
      kind: "company",
      type: "commercial",
      tags: [],
      lastChanged,
      rowVersion: "1",
      values: { name: "Löwenfels AG", city: "Köln" },
    });
    expect(records.get("agent/2")).toMatchObject({
      kind: "agent",
      rowVersion: "1",
      values: { name: "Büro Weiß" },
    });
    expect(records.get("appointment/1")).toEqual({
      kind: "appointment",
      id: "1",
      ownerId: "1",
      lastChanged,
      rowVersion: "1",
      values: {
        date: "2026-10-25",
        reason: "Jahresgespräch",
        remark: "Ausweis;\r\nPolice\\Antrag",
        from: "23:30",
        to: "00:30",
      },
    });
  });

  it("keep ids that no number of JavaScript can hold", async () => {
    const id = "9223372036854775807";
    const records = await ams.inTenant(A, (reads) =>
      reads.records([{ kind: "customer", id }]),
    );
    expect(records.get(`customer/${id}`)?.id).toBe(id);
  });

  it.each(["", "x", "1; drop table", "-1", "01", "9223372036854775808"])(
    "refuse the id %j",
    async (id) => {
      await expect(
        ams.inTenant(A, (reads) => reads.records([{ kind: "customer", id }])),
      ).rejects.toThrow(TypeError);
    },
  );

  it("cost one query for each kind and one for tags, however many there are", async () => {
    const keys = Array.from({ length: 2_000 }, (_, index) => index + 1).flatMap(
      (id) => RECORD_KINDS.map((kind) => ({ kind, id: String(id) })),
    );
    const query = vi.spyOn(Client.prototype, "query");
    try {
      const records = await ams.inTenant(A, (reads) => reads.records(keys));
      expect(records.size).toBe(6);
      const reads = query.mock.calls.filter(([sql]) =>
        /from\s+"?ams/i.test(String(sql)),
      );
      expect(reads).toHaveLength(5);
    } finally {
      query.mockRestore();
    }
  });

  it.each([
    ["infinity", 8.64e15],
    ["-infinity", -8.64e15],
  ])(
    "changed at %s are readable and hold up no other",
    async (when, instant) => {
      await owner.query(
        `update ams.agent set last_changed = '${when}' where tenant_id = '${B}' and agent_id = 1`,
      );
      const found = await ams.inTenant(B, (reads) =>
        reads.records([
          { kind: "agent", id: "1" },
          { kind: "agent", id: "2" },
        ]),
      );
      expect(found.get("agent/1")?.lastChanged).toBe(instant);
      expect(found.get("agent/2")?.lastChanged).toBe(Date.parse(CHANGED));
    },
  );

  it("of another tenant do not exist", async () => {
    await owner.query(
      `delete from ams.customer where tenant_id = '${B}' and customer_id = 2`,
    );
    const [there, here] = [B, A].map((tenant) =>
      ams.inTenant(tenant, (reads) =>
        reads.records([{ kind: "customer", id: "2" }]),
      ),
    );
    expect((await there)?.size).toBe(0);
    expect((await here)?.size).toBe(1);
  });
});

describe("a user", () => {
  it("has department, rights, released agents and the tenant's options", async () => {
    expect(await ams.inTenant(A, (reads) => reads.user("1"))).toEqual({
      userId: "1",
      departmentId: "7",
      active: true,
      rights: new Set(["menu.organisation.users", "appointments.department"]),
      agentRelease: true,
      releasedAgentIds: new Set(["2"]),
      colleagueIds: new Set(["3"]),
      timeZone: "Europe/Berlin",
    });
  });

  it("knows colleagues with the right to see their appointments only (R15)", async () => {
    const user = await ams.inTenant(A, (reads) => reads.user("3"));
    expect(user).toMatchObject({ departmentId: "7" });
    expect(user).not.toHaveProperty("colleagueIds");
  });

  it.each(["Mars/Olympus", "+01:00", ""])(
    "has no time zone where the tenant's is %j",
    async (zone) => {
      const set = (name: string) =>
        owner.query(
          "update ams.tenant set time_zone = $1 where tenant_id = $2",
          [name, A],
        );
      await set(zone);
      try {
        const user = await ams.inTenant(A, (reads) => reads.user("1"));
        expect(user).toMatchObject({ userId: "1", active: true });
        expect(user).not.toHaveProperty("timeZone");
      } finally {
        await set("Europe/Berlin");
      }
    },
  );

  it("who left is told apart from one who never was", async () => {
    const [left, nobody] = await ams.inTenant(B, async (reads) => [
      await reads.user("2"),
      await reads.user("4711"),
    ]);
    expect(left).toMatchObject({
      active: false,
      agentRelease: false,
      rights: new Set(),
      releasedAgentIds: new Set(),
    });
    expect(left).not.toHaveProperty("departmentId");
    expect(nobody).toBeUndefined();
  });
});

it("is ready only while the schema can be read", async () => {
  await expect(ams.check()).resolves.toBeUndefined();
  await owner.query("revoke usage on schema ams from ams_sync_connector");
  await expect(ams.check()).rejects.toThrow(/permission denied/);
  await owner.query("grant usage on schema ams to ams_sync_connector");
});
