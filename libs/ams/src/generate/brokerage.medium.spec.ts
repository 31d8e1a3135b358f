import { withTenant, createDataSource } from "@ams-sync/platform";
import {
  canonicalAppointment,
  canonicalContact,
  type AmsRecord,
  type SyncOptions,
} from "@ams-sync/sync-core";
import { startPostgres, type Postgres } from "@ams-sync/testing";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { amsEntities } from "../entities/index.js";
import {
  generateBrokerage,
  type GeneratedBrokerage,
} from "../generate-brokerage.js";
import { migrateAms } from "../migrate-ams.js";
import { loadRecords } from "../reads/records.js";
import { moveSequences } from "./move-sequences.js";

const A = "00000000-0000-4000-8000-00000000000a";
const B = "00000000-0000-4000-8000-00000000000b";

let postgres: Postgres;
let url: string;
let client: Client;
let made: GeneratedBrokerage;

const generate = (
  tenantId: string | undefined,
  seed: number,
  customers = 25_000,
) =>
  generateBrokerage({
    url,
    seed,
    name: "Maklerhaus Süd",
    users: 3,
    customers,
    appointments: 1_000,
    companies: 40,
    agents: 6,
    now: new Date("2026-11-22T10:00:00Z"),
    brokenRows: 6,
    ...(tenantId === undefined ? {} : { tenantId }),
  });

beforeAll(async () => {
  postgres = await startPostgres();
  const admin = new Client({ connectionString: postgres.adminUrl });
  await admin.connect();
  // COPY into a table with row-level security is refused to everybody but superusers.
  await admin.query("create role ams_owner login createrole password 'geheim'");
  await admin.query("create database ams owner ams_owner");
  await admin.end();
  url = postgres.url("ams", "ams_owner", "geheim");
  await migrateAms(url);
  made = await generate(A, 7);
  client = new Client({ connectionString: url });
  await client.connect();
});

afterAll(async () => {
  await client?.end();
  await postgres?.stop();
});

const enter = (tenantId: string) =>
  client.query("select set_config('app.tenant_id', $1, false)", [tenantId]);

async function hashOf(tenantId: string): Promise<string> {
  await enter(tenantId);
  const hashes: string[] = [];
  for (const table of Object.keys(made.rows)) {
    const { rows } = await client.query<{ hash: string }>(
      `select md5(string_agg(row, e'\\n' order by row)) as hash
       from (select (to_jsonb(t) - 'tenant_id')::text as row from ams.${table} t) as all_rows`,
    );
    hashes.push(`${table} ${rows[0]?.hash}`);
  }
  return hashes.join("\n");
}

describe("a generated brokerage", () => {
  it("has as many rows as it says", async () => {
    await enter(A);
    expect(made).toMatchObject({
      tenantId: A,
      rows: {
        tenant: 1,
        user_account: 3,
        customer: 25_003,
        appointment: 1_003,
        company: 40,
        agent: 6,
      },
    });
    const counted: { [table: string]: number } = {};
    for (const table of Object.keys(made.rows)) {
      const { rows } = await client.query(
        `select count(*)::int as count from ams.${table}`,
      );
      counted[table] = rows[0].count;
    }
    expect(counted).toEqual(made.rows);
  });

  it("is the same for the same seed, and another one for another seed", async () => {
    await generate(B, 7);
    expect(await hashOf(B)).toBe(await hashOf(A));
    const { tenantId } = await generate(undefined, 8);
    expect(tenantId).toMatch(/^[0-9a-f-]{36}$/);
    expect(await hashOf(tenantId)).not.toBe(await hashOf(A));
  });

  it("can be carried, but for the rows that it calls broken, each with its problem", async () => {
    const records = await everything();
    expect(records).toHaveLength(25_003 + 1_003 + 40 + 6);
    const options: SyncOptions = {
      policy: "ams-wins",
      contacts: {
        customers: true,
        companies: true,
        agents: true,
        tags: [],
        birthday: true,
      },
    };
    const problems = records.flatMap((record) => {
      const checked =
        record.kind === "appointment"
          ? canonicalAppointment(record)
          : canonicalContact(record, options);
      return checked.ok
        ? []
        : [{ kind: record.kind, id: record.id, problem: checked.problem }];
    });
    expect(sorted(problems)).toEqual(sorted(made.broken));
  });

  it("leaves room for the next customer", async () => {
    await enter(A);
    const { rows } = await client.query(
      "insert into ams.customer (tenant_id, kind, last_name) values ($1, 'private', 'Öztürk') returning customer_id::int",
      [A],
    );
    expect(rows[0]?.customer_id).toBeGreaterThan(25_003);
    await client.query("delete from ams.customer where customer_id = $1", [
      rows[0]?.customer_id,
    ]);
  });

  it("takes no id from a brokerage that goes on meanwhile", async () => {
    let over = false;
    const ids: string[] = [];
    const work = async () => {
      const own = new Client({ connectionString: url });
      await own.connect();
      await own.query("select set_config('app.tenant_id', $1, false)", [A]);
      while (!over) {
        const { rows } = await own.query<{ id: string }>(
          `insert into ams.customer (tenant_id, kind, last_name)
           select $1, 'private', 'Weiß' from generate_series(1, 20) returning customer_id as id`,
          [A],
        );
        ids.push(...rows.map(({ id }) => id));
      }
      await own.end();
    };
    const working = Promise.all([work(), work(), work()]);
    try {
      for (let times = 0; times < 300; times += 1) await moveSequences(client);
    } finally {
      over = true;
      await working;
    }
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBeGreaterThan(100);
  });

  it("is not made twice, and never by impossible numbers", async () => {
    await expect(generate(A, 9)).rejects.toThrow(/is there already/);
    await expect(generate(undefined, 9, -1)).rejects.toThrow(
      /customers must be/,
    );
  });
});

const sorted = (list: readonly { kind: string; id: string }[]) =>
  [...list].sort((a, b) =>
    `${a.kind}/${a.id}`.localeCompare(`${b.kind}/${b.id}`),
  );

async function everything(): Promise<AmsRecord[]> {
  const dataSource = createDataSource({
    url,
    entities: amsEntities,
    applicationName: "spec",
  });
  await dataSource.initialize();
  try {
    const kinds = ["customer", "company", "agent", "appointment"] as const;
    const keys = kinds.flatMap((kind) =>
      Array.from({ length: made.rows[kind] ?? 0 }, (_, index) => ({
        kind,
        id: String(index + 1),
      })),
    );
    const found = await withTenant(dataSource, A, (manager) =>
      loadRecords(manager, keys),
    );
    return [...found.values()];
  } finally {
    await dataSource.destroy();
  }
}
