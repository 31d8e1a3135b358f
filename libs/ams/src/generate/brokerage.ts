import { createHash } from "node:crypto";
import { Client } from "pg";
import type { BrokenRecord } from "./broken-rows.js";
import { copyTable } from "./copy-table.js";
import { moveSequences } from "./move-sequences.js";
import { checkPlan, type BrokeragePlan } from "./plan.js";
import type { GeneratedUser } from "./staff.js";
import { brokerageTables } from "./tables.js";

export type BrokerageOptions = Omit<
  BrokeragePlan,
  "tenantId" | "agentRelease" | "brokenRows"
> & {
  /** The owner of schema `ams`. */
  readonly url: string;
  /** Default: made from seed and name, the same each time. */
  readonly tenantId?: string;
  /** Default: on. */
  readonly agentRelease?: boolean;
  /** Default: none. */
  readonly brokenRows?: number;
};

export interface GeneratedBrokerage {
  readonly tenantId: string;
  readonly users: readonly GeneratedUser[];
  /** What nobody can carry, and why: a run must set aside exactly these. */
  readonly broken: readonly BrokenRecord[];
  /** Rows of each table of schema `ams`. */
  readonly rows: { readonly [table: string]: number };
}

/** See `generateBrokerage` of the barrel. */
export async function fillBrokerage(
  options: BrokerageOptions,
): Promise<GeneratedBrokerage> {
  const plan: BrokeragePlan = {
    ...options,
    tenantId: options.tenantId ?? tenantIdOf(options.seed, options.name),
    agentRelease: options.agentRelease ?? true,
    brokenRows: options.brokenRows ?? 0,
  };
  checkPlan(plan);
  const { tables, users, broken } = brokerageTables(plan);
  const client = new Client({
    connectionString: options.url,
    application_name: "ams-generator",
  });
  await client.connect();
  try {
    await client.query("select set_config('app.tenant_id', $1, false)", [
      plan.tenantId,
    ]);
    await refuseSecondTime(client, plan.tenantId);
    const rows: { [table: string]: number } = {};
    for (const each of tables) {
      rows[each.table] = await copyTable(client, each);
      await client.query(`analyze ams.${each.table}`);
    }
    await moveSequences(client);
    return { tenantId: plan.tenantId, users, broken, rows };
  } finally {
    await client.end();
  }
}

async function refuseSecondTime(
  client: Client,
  tenantId: string,
): Promise<void> {
  const found = await client.query(
    "select from ams.tenant where tenant_id = $1",
    [tenantId],
  );
  if (found.rowCount !== 0)
    throw new Error(
      `Tenant ${tenantId} is there already. Take another seed or tenantId, or delete it from ams.tenant first.`,
    );
}

function tenantIdOf(seed: number, name: string): string {
  const hex = createHash("sha256").update(`${seed}/${name}`).digest("hex");
  // RFC 9562, 5.8: version 8, a UUID of one's own making.
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
