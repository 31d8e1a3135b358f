export interface BrokeragePlan {
  readonly seed: number;
  readonly tenantId: string;
  readonly name: string;
  readonly users: number;
  readonly customers: number;
  readonly appointments: number;
  readonly companies: number;
  readonly agents: number;
  /** What "recent" and "next year" count from. */
  readonly now: Date;
  /** The tenant's program option "Vermittlerfreischaltung". */
  readonly agentRelease: boolean;
  /** So many more customers and appointments that nobody can carry. */
  readonly brokenRows: number;
}

export type Cell = string | number | boolean | null;
export type Row = readonly Cell[];

/** Rows of one table, made one at a time: a million of them never stand in memory together. */
export interface TableRows {
  readonly table: string;
  readonly columns: readonly string[];
  readonly rows: Iterable<Row>;
}

/** Every table's own sequence of choices. */
export const SEQUENCE = {
  users: 1,
  agents: 2,
  companies: 3,
  customers: 4,
  customerTags: 5,
  appointments: 6,
} as const;

/** @throws RangeError naming the number that cannot be */
export function checkPlan(plan: BrokeragePlan): void {
  const counts = [
    "users",
    "customers",
    "appointments",
    "companies",
    "agents",
    "brokenRows",
  ] as const;
  for (const name of counts) {
    if (!Number.isSafeInteger(plan[name]) || plan[name] < 0)
      throw new RangeError(`${name} must be a whole number from 0.`);
  }
  if (!Number.isSafeInteger(plan.seed) || plan.seed < 0)
    throw new RangeError("seed must be a whole number from 0.");
  if (plan.users === 0 && (plan.appointments > 0 || plan.brokenRows > 0))
    throw new RangeError("Appointments belong to users: users must not be 0.");
}
