import type { Appointment } from "@ams-sync/sync-core";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  ACCOUNT,
  amsWorld,
  OPTIONS,
  TENANT,
  type AmsWorld,
} from "../testing/ams-world.js";
import { DAY_QUERY } from "./appointments.js";

/** All of one user, over 2,000 days; half of them were made of items. */
const APPOINTMENTS = 20_000;
const DAY = "2026-10-25";
const NO_BREAK = "\u00a0";

let world: AmsWorld;
beforeAll(async () => {
  world = await amsWorld();
  await world.owner.query(`
    insert into ams.appointment (tenant_id, user_id, date, reason)
      select '${TENANT}', 1, (date '2024-01-01' + n % 2000)::text, 'Termin ' || n from generate_series(1, ${APPOINTMENTS}) n;
    insert into ams.sync_origin (tenant_id, account_id, stream, remote_uid, kind, record_id)
      select '${TENANT}', '${ACCOUNT}', 'appointments', 'u' || appointment_id, 'appointment', appointment_id
      from ams.appointment where appointment_id % 2 = 0;
    insert into ams.appointment (tenant_id, appointment_id, user_id, date, reason) values
      ('${TENANT}', 50001, 1, E'\\t ${NO_BREAK}${DAY}\\n', 'Besichtigung'),
      ('${TENANT}', 50002, 1, 'am ${DAY}', 'Begehung'), ('${TENANT}', 50003, 2, '${DAY}', 'Übergabe');
    analyze ams.appointment, ams.sync_origin`);
});
afterAll(() => world?.end());

interface Plan {
  readonly "Node Type": string;
  readonly "Actual Rows": number;
  readonly "Actual Loops": number;
  readonly "Rows Removed by Filter"?: number;
  readonly Plans?: readonly Plan[];
}

/** Rows that were looked at, wherever in the plan. */
const readBy = (plan: Plan): number => {
  const removed = plan["Rows Removed by Filter"] ?? 0;
  const below = (plan.Plans ?? []).map(readBy);
  return below.reduce(
    (sum, rows) => sum + rows,
    (plan["Actual Rows"] + removed) * plan["Actual Loops"],
  );
};

describe("an appointment of one in 20,000", () => {
  it("is looked for among those of its day, also as a role below row-level security", async () => {
    const connector = new Client({ connectionString: world.url });
    await connector.connect();
    try {
      await connector.query("begin");
      await connector.query("select set_config('app.tenant_id', $1, true)", [
        TENANT,
      ]);
      const { rows } = await connector.query<{
        "QUERY PLAN": readonly { readonly Plan: Plan }[];
      }>(`explain (analyze, format json) ${DAY_QUERY}`, ["1", DAY, ACCOUNT]);
      const plan = rows[0]?.["QUERY PLAN"][0]?.Plan;
      expect(JSON.stringify(plan)).not.toContain("Seq Scan");
      // Ten of that day and what was made of them.
      expect(plan && readBy(plan)).toBeLessThan(100);
    } finally {
      await connector.end();
    }
  });

  it.each([
    ["with blanks around its day", "Besichtigung", ["50001"]],
    ["with words around its day, which is none then", "Begehung", []],
    ["of another user", "Übergabe", []],
  ])("%s", async (_what, reason, matched) => {
    const fields: Appointment["fields"] = { date: DAY, reason };
    const made = await world.ams.create(
      ...([TENANT, "1", OPTIONS] as const),
      { accountId: ACCOUNT, stream: "appointments", uid: reason },
      { kind: "appointment", fields },
    );
    const [id] = matched;
    expect(made).toMatchObject(
      id === undefined
        ? { outcome: "created" }
        : { outcome: "matched", match: { verdict: "one", id } },
    );
  });

  it("and all of a user, as when one is removed from ams, by the same index, which alone begins with them", async () => {
    const plan = await world.owner.query<{ "QUERY PLAN": string }>(
      `explain select from ams.appointment where tenant_id = '${TENANT}' and user_id = 2`,
    );
    expect(JSON.stringify(plan.rows)).toContain("appointment_date_key");
    const { rows } = await world.owner.query(
      `select indexrelid::regclass::text as name from pg_index where indrelid = 'ams.appointment'::regclass
         and pg_get_indexdef(indexrelid) like '%(tenant_id, user_id%'`,
    );
    expect(rows).toEqual([{ name: "ams.appointment_date_key" }]);
  });
});
