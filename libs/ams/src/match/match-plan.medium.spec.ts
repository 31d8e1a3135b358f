import {
  canonicalOf,
  type Contact,
  type ContactRecord,
} from "@ams-sync/sync-core";
import { Client } from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { generateBrokerage } from "../generate-brokerage.js";
import { amsWorld, OPTIONS, type AmsWorld } from "../testing/ams-world.js";
import { askedOf, KEYS_QUERY, keysOf } from "./candidates.js";

const CUSTOMERS = 10_000;
const CONTACTS = 100;

let world: AmsWorld;
let tenantId: string;
let userId: string;
let ids: readonly string[];
beforeAll(async () => {
  world = await amsWorld();
  const brokerage = await generateBrokerage({
    url: world.ownerUrl,
    name: "Maklerhaus Nord",
    seed: 4,
    now: new Date("2026-11-01T12:00:00Z"),
    customers: CUSTOMERS,
    companies: 10,
    agents: 5,
    users: 3,
    appointments: 10,
    agentRelease: false,
  });
  tenantId = brokerage.tenantId;
  userId = brokerage.users[0]?.userId ?? "1";
  ids = Array.from({ length: CONTACTS }, (_, index) =>
    String(1 + Math.floor((index * CUSTOMERS) / CONTACTS)),
  );
});
afterAll(() => world?.end());

/** What such customers look like in an address book. */
const contacts = async (): Promise<readonly Contact[]> => {
  const records = await world.ams.inTenant(tenantId, (reads) =>
    reads.records(ids.map((id) => ({ kind: "customer", id }))),
  );
  return [...records.values()].flatMap((record) => {
    const form = canonicalOf(record as ContactRecord, OPTIONS);
    return form.ok && form.canonical.type !== "appointment"
      ? [form.canonical]
      : [];
  });
};

it("finds each contact's own customer, or asks", async () => {
  const asked = await contacts();
  const found = await world.ams.inTenant(tenantId, (reads) =>
    reads.match(userId, OPTIONS, asked),
  );
  expect(found).toHaveLength(asked.length);
  for (const [index, match] of (found ?? []).entries()) {
    const id = ids[index] ?? "";
    const known = keysOf([askedOf(asked[index] as Contact)]).flat().length > 0;
    if (match.verdict === "none") expect(known).toBe(false);
    else
      expect(match.verdict === "one" ? [match.id] : match.candidates).toContain(
        id,
      );
  }
});

it("reads by indexes, within the tenant, also as a role below row-level security", async () => {
  const keys = keysOf((await contacts()).map(askedOf));
  const connector = new Client({ connectionString: world.url });
  await connector.connect();
  try {
    await connector.query("begin");
    await connector.query("select set_config('app.tenant_id', $1, true)", [
      tenantId,
    ]);
    const { rows } = await connector.query<{ "QUERY PLAN": string }>(
      `explain ${KEYS_QUERY}`,
      [...keys],
    );
    const plan = rows.map((row) => row["QUERY PLAN"]).join("\n");
    for (const column of [
      "email_key",
      "phone_private_key",
      "phone_business_key",
      "mobile_key",
      ...[1, 2, 3, 4, 5, 6].map((at) => `name_key_${at}`),
    ])
      expect(plan).toContain(`customer_${column}`);
    expect(plan).not.toContain("Seq Scan");
  } finally {
    await connector.end();
  }
});
