import { startPostgres, type Postgres } from "@ams-sync/testing";
import { Client } from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { migrateAms } from "../migrate-ams.js";

const TENANT = "00000000-0000-4000-8000-00000000000a";
const LONG_AGO = "2001-02-03T04:05:06Z";

let postgres: Postgres;
let client: Client;

beforeAll(async () => {
  postgres = await startPostgres();
  const url = await postgres.createDatabase("ams");
  await migrateAms(url);
  client = new Client({ connectionString: url });
  await client.connect();
});

afterAll(async () => {
  await client?.end();
  await postgres?.stop();
});

beforeEach(async () => {
  await client.query(`
    delete from ams.tenant;
    insert into ams.tenant (tenant_id, name) values ('${TENANT}', 'Maklerhaus Weiß');
    insert into ams.user_account (tenant_id, user_id, login) values ('${TENANT}', 1, 'jschäfer');
    insert into ams.agent (tenant_id, agent_id, name, last_changed) values ('${TENANT}', 1, 'Änne Groß', '${LONG_AGO}');
    insert into ams.agent_release values ('${TENANT}', 1, 1);
    insert into ams.user_right values ('${TENANT}', 1, 'menu.organisation.users');
    insert into ams.company (tenant_id, company_id, name, last_changed) values ('${TENANT}', 1, 'Löwenfels AG', '${LONG_AGO}');
    insert into ams.customer (tenant_id, customer_id, kind, agent_id, last_name, last_changed)
      values ('${TENANT}', 1, 'private', 1, 'Müller-Lüdenscheidt', '${LONG_AGO}');
    insert into ams.tag values ('${TENANT}', 1, 'Großkunde');
    insert into ams.customer_tag values ('${TENANT}', 1, 1);
    insert into ams.appointment (tenant_id, appointment_id, user_id, customer_id, date, last_changed)
      values ('${TENANT}', 1, 1, 1, '2026-10-25', '${LONG_AGO}')`);
});

const one = async (sql: string) => (await client.query(sql)).rows[0];
const count = async (table: string) =>
  Number((await one(`select count(*) from ams.${table}`)).count);

describe("change tracking", () => {
  it.each(["agent", "company", "customer", "appointment"])(
    "moves version and time of %s",
    async (table) => {
      const column = table === "appointment" ? "remark" : "city";
      await client.query(`update ams.${table} set ${column} = 'Köln'`);
      const after = await one(`select * from ams.${table}`);
      expect(after.row_version).toBe("2");
      expect(after.last_changed.getTime()).toBeGreaterThan(
        Date.parse(LONG_AGO),
      );
    },
  );

  it("keeps a time that the statement brings, and no version", async () => {
    await client.query(
      "update ams.customer set last_changed = '2020-01-02T03:04:05Z', row_version = 99",
    );
    expect(await one("select * from ams.customer")).toMatchObject({
      last_changed: new Date("2020-01-02T03:04:05Z"),
      row_version: "2",
    });
  });
});

describe("deleting", () => {
  it("a customer leaves the appointment, without it and as changed", async () => {
    await client.query("delete from ams.customer");
    expect(await one("select * from ams.appointment")).toMatchObject({
      customer_id: null,
      row_version: "2",
    });
    expect(await count("customer_tag")).toBe(0);
  });

  it("an agent leaves the customer", async () => {
    await client.query("delete from ams.agent");
    expect(await one("select * from ams.customer")).toMatchObject({
      agent_id: null,
      tenant_id: TENANT,
    });
    expect(await count("agent_release")).toBe(0);
  });

  it("a user who has appointments is refused", async () => {
    await expect(client.query("delete from ams.user_account")).rejects.toThrow(
      /appointment/,
    );
  });

  it("a tenant erases everything it has", async () => {
    await client.query("delete from ams.tenant");
    for (const table of [
      "user_account",
      "user_right",
      "agent",
      "agent_release",
      "company",
    ])
      expect(await count(table)).toBe(0);
    for (const table of ["customer", "tag", "customer_tag", "appointment"])
      expect(await count(table)).toBe(0);
  });
});

it("holds what an old system holds: impossible dates, endless names, control characters", async () => {
  await client.query(
    "update ams.customer set birth_date = '1985-02-31', last_name = $1, first_name = $2",
    ["ü".repeat(10_000), "Bell\u0007"],
  );
  expect(await one("select * from ams.customer")).toMatchObject({
    birth_date: "1985-02-31",
    first_name: "Bell\u0007",
  });
});
