import type { RecordKind } from "@ams-sync/sync-core";
import type { EntityManager } from "typeorm";
import type { Asking } from "./record-names.js";
import { idsByKind, type RecordKey } from "./record-key.js";
import { released } from "./released.js";

/** R15 of appointments, R13 of customers; firms are nobody's secret. */
const VISIBLE: { readonly [kind in RecordKind]: string } = {
  customer: `select c.customer_id as id from ams.customer c join ams.tenant t using (tenant_id)
    where c.customer_id = any ($1::bigint[]) and ${released("$2")}`,
  company: `select company_id as id from ams.company where company_id = any ($1::bigint[])`,
  agent: `select agent_id as id from ams.agent where agent_id = any ($1::bigint[])`,
  appointment: `select a.appointment_id as id from ams.appointment a left join ams.user_account u using (tenant_id, user_id)
    where a.appointment_id = any ($1::bigint[]) and (a.user_id = $2::bigint or u.department_id = $3::bigint)`,
};

const PRESENT: { readonly [kind in RecordKind]: string } = {
  customer: `select customer_id as id from ams.customer where customer_id = any ($1::bigint[])`,
  company: VISIBLE.company,
  agent: VISIBLE.agent,
  appointment: `select appointment_id as id from ams.appointment where appointment_id = any ($1::bigint[])`,
};

/**
 * Those of the records that are not in ams, in no order.
 * @param manager inside `withTenant`
 */
export async function goneRecords(
  manager: EntityManager,
  keys: readonly RecordKey[],
): Promise<RecordKey[]> {
  const gone: RecordKey[] = [];
  for (const [kind, ids] of idsByKind(keys)) {
    const rows: { id: string }[] = await manager.query(PRESENT[kind], [ids]);
    const present = new Set(rows.map(({ id }) => id));
    const missing = ids.filter((id) => !present.has(id));
    gone.push(...missing.map((id) => ({ kind, id })));
  }
  return gone;
}

/**
 * Those of the records that there are and that whoever asks may see whole, in no order.
 * @param manager inside `withTenant`
 */
export async function visibleRecords(
  manager: EntityManager,
  keys: readonly RecordKey[],
  { userId, departmentId }: Asking,
): Promise<RecordKey[]> {
  const asker = {
    ...{ customer: [userId], company: [], agent: [] },
    appointment: [userId, departmentId],
  };
  const found: RecordKey[] = [];
  for (const [kind, ids] of idsByKind(keys)) {
    const rows: { id: string }[] = await manager.query(VISIBLE[kind], [
      ids,
      ...asker[kind],
    ]);
    found.push(...rows.map(({ id }) => ({ kind, id })));
  }
  return found;
}
