import type { RecordKind } from "@ams-sync/sync-core";
import type { EntityManager } from "typeorm";
import { released } from "./released.js";
import { idsByKind, recordKey, type RecordKey } from "./record-key.js";

export interface RecordName {
  readonly kind: RecordKind;
  readonly recordId: string;
  /** As people call it; the id where it has no name. */
  readonly name: string;
}

/** Who asks. */
export interface Asking {
  readonly userId: string;
  /** Whose appointments they may see beside their own; null: nobody's. */
  readonly departmentId: string | null;
}

/** Of somebody else's appointment only when it is. */
const APPOINTMENT = `
  select a.appointment_id as id, concat_ws(' ', a.date, a.starts_at_time,
    case when a.user_id = $2::bigint or u.department_id = $3::bigint then a.reason end) as name
  from ams.appointment a left join ams.user_account u using (tenant_id, user_id)
  where a.appointment_id = any ($1::bigint[])`;

/** R13: one that is not released to whoever asks is its id. */
const CUSTOMER = `
  select c.customer_id as id, case when ${released("$2")}
    then coalesce(nullif(concat_ws(' ', c.first_name, c.last_name), ''), c.name) end as name
  from ams.customer c join ams.tenant t using (tenant_id)
  where c.customer_id = any ($1::bigint[])`;

const NAMED: { readonly [kind in RecordKind]: string } = {
  customer: CUSTOMER,
  company: `select company_id as id, name from ams.company where company_id = any ($1::bigint[])`,
  agent: `select agent_id as id, name from ams.agent where agent_id = any ($1::bigint[])`,
  appointment: APPOINTMENT,
};

/**
 * What the tenant's records are called, in the order of the question; those that are not there (any more) are missing.
 * @param manager inside `withTenant`
 */
export async function recordNames(
  manager: EntityManager,
  keys: readonly RecordKey[],
  { userId, departmentId }: Asking,
): Promise<RecordName[]> {
  const names = new Map<string, RecordName>();
  const asker = {
    ...{ customer: [userId], company: [], agent: [] },
    appointment: [userId, departmentId],
  };
  for (const [kind, ids] of idsByKind(keys)) {
    const rows: { id: string; name: string | null }[] = await manager.query(
      NAMED[kind],
      [ids, ...asker[kind]],
    );
    for (const { id, name } of rows)
      names.set(recordKey({ kind, id }), {
        ...{ kind, recordId: id, name: name?.trim() || id },
      });
  }
  return keys.flatMap((key) => names.get(recordKey(key)) ?? []);
}
