import type { RecordKind, ScopeRecord } from "@ams-sync/sync-core";
import type { EntityManager } from "typeorm";
import { instant } from "./instant.js";
import type { RecordKey } from "./record-key.js";

interface Row {
  readonly last_changed: Date | number;
  readonly agent_id?: string | null;
  readonly labels?: string[];
  readonly user_id?: string;
}

const SELECT: { readonly [kind in RecordKind]: string } = {
  customer: `select last_changed, agent_id, array(select label from ams.customer_tag t join ams.tag using (tenant_id, tag_id)
      where t.tenant_id = c.tenant_id and t.customer_id = c.customer_id order by label) as labels
    from ams.customer c where customer_id = $1::bigint`,
  company: `select last_changed from ams.company where company_id = $1::bigint`,
  agent: `select last_changed from ams.agent where agent_id = $1::bigint`,
  appointment: `select last_changed, user_id from ams.appointment where appointment_id = $1::bigint`,
};

/**
 * What decides whether a record is sent, and nothing of what it says; undefined where it is not there (any more).
 * @param manager inside `withTenant`
 */
export async function loadScopeRecord(
  manager: EntityManager,
  { kind, id }: RecordKey,
): Promise<ScopeRecord | undefined> {
  const [row]: Row[] = await manager.query(SELECT[kind], [id]);
  if (row === undefined) return undefined;
  const lastChanged = instant(row.last_changed);
  if (kind === "appointment")
    return { kind, id, lastChanged, ownerId: row.user_id ?? "" };
  const { agent_id: agentId, labels = [] } = row;
  return {
    ...{ kind, id, lastChanged, tags: labels },
    ...(agentId && { agentId }),
  };
}
