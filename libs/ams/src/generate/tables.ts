import { appointmentTable } from "./appointments.js";
import { brokenRows, type BrokenRecord } from "./broken-rows.js";
import { customerTable, tagTables } from "./customers.js";
import { agentTable, companyTable } from "./firms.js";
import type { BrokeragePlan, TableRows } from "./plan.js";
import {
  makeUsers,
  releaseRows,
  staffTables,
  type GeneratedUser,
} from "./staff.js";

export interface BrokerageTables {
  readonly users: readonly GeneratedUser[];
  readonly broken: readonly BrokenRecord[];
  /** In the order in which their foreign keys allow them. */
  readonly tables: readonly TableRows[];
}

/** The whole brokerage as rows; pure, and the same for the same plan on every machine. */
export function brokerageTables(plan: BrokeragePlan): BrokerageTables {
  const users = makeUsers(plan);
  const broken = brokenRows(plan);
  return {
    users,
    broken: broken.records,
    tables: [
      ...staffTables(plan, users),
      agentTable(plan),
      {
        table: "agent_release",
        columns: ["tenant_id", "user_id", "agent_id"],
        rows: releaseRows(plan, users),
      },
      companyTable(plan),
      customerTable(plan, broken.customers),
      ...tagTables(plan),
      appointmentTable(plan, broken.appointments),
    ],
  };
}
