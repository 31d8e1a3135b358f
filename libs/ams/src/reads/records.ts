import {
  APPOINTMENT_FIELDS,
  COMMERCIAL_CONTACT_FIELDS,
  PRIVATE_CONTACT_FIELDS,
  type AmsRecord,
  type ContactRecord,
} from "@ams-sync/sync-core";
import { Any, type EntityManager } from "typeorm";
import { Agent } from "../entities/agent.js";
import { Appointment } from "../entities/appointment.js";
import { Company } from "../entities/company.js";
import { Customer } from "../entities/customer.js";
import { instant } from "./instant.js";
import { idsByKind, recordKey, type RecordKey } from "./record-key.js";

/**
 * The rows as they stand in ams, nothing trimmed and nothing checked; a record that is not there (any more) is missing
 * from the answer. One query for each kind, and one for the tags of customers.
 * @param manager inside `withTenant`
 * @returns by `recordKey`
 * @throws TypeError for an id that is no decimal bigint
 */
export async function loadRecords(
  manager: EntityManager,
  keys: readonly RecordKey[],
): Promise<Map<string, AmsRecord>> {
  const ids = idsByKind(keys);
  const records = [
    ...(await customers(manager, ids.get("customer"))),
    ...(await companies(manager, ids.get("company"))),
    ...(await agents(manager, ids.get("agent"))),
    ...(await appointments(manager, ids.get("appointment"))),
  ];
  return new Map(records.map((record) => [recordKey(record), record]));
}

type Ids = readonly string[] | undefined;

async function customers(
  manager: EntityManager,
  ids: Ids,
): Promise<ContactRecord[]> {
  if (ids === undefined) return [];
  const rows = await manager.findBy(Customer, { customerId: Any(ids) });
  const tags = await tagsOf(manager, ids);
  return rows.map((row) => ({
    kind: "customer",
    id: row.customerId,
    type: row.kind,
    lastChanged: instant(row.lastChanged),
    rowVersion: row.rowVersion,
    values:
      row.kind === "private"
        ? pick(row, PRIVATE_CONTACT_FIELDS)
        : pick(row, COMMERCIAL_CONTACT_FIELDS),
    tags: tags.get(row.customerId) ?? [],
    ...(row.agentId === null ? {} : { agentId: row.agentId }),
  }));
}

async function tagsOf(
  manager: EntityManager,
  customerIds: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const rows = await manager.query<{ customer_id: string; labels: string[] }[]>(
    `select customer_id, array_agg(label order by label) as labels
     from ams.customer_tag join ams.tag using (tenant_id, tag_id)
     where customer_id = any ($1::bigint[])
     group by customer_id`,
    [customerIds],
  );
  return new Map(rows.map((row) => [row.customer_id, row.labels]));
}

async function companies(
  manager: EntityManager,
  ids: Ids,
): Promise<ContactRecord[]> {
  if (ids === undefined) return [];
  const rows = await manager.findBy(Company, { companyId: Any(ids) });
  return rows.map((row) => firm("company", row.companyId, row));
}

async function agents(
  manager: EntityManager,
  ids: Ids,
): Promise<ContactRecord[]> {
  if (ids === undefined) return [];
  const rows = await manager.findBy(Agent, { agentId: Any(ids) });
  return rows.map((row) => firm("agent", row.agentId, row));
}

const firm = (
  kind: "company" | "agent",
  id: string,
  row: Company | Agent,
): ContactRecord => ({
  kind,
  id,
  type: "commercial",
  lastChanged: instant(row.lastChanged),
  rowVersion: row.rowVersion,
  values: pick(row, COMMERCIAL_CONTACT_FIELDS),
  tags: [],
});

async function appointments(
  manager: EntityManager,
  ids: Ids,
): Promise<AmsRecord[]> {
  if (ids === undefined) return [];
  const rows = await manager.findBy(Appointment, { appointmentId: Any(ids) });
  return rows.map((row) => ({
    kind: "appointment",
    id: row.appointmentId,
    ownerId: row.userId,
    lastChanged: instant(row.lastChanged),
    rowVersion: row.rowVersion,
    values: pick(row, APPOINTMENT_FIELDS),
  }));
}

function pick<Name extends string>(
  row: { readonly [name in Name]: string | null },
  names: readonly Name[],
): { readonly [name in Name]?: string | null } {
  const values: { [name in Name]?: string | null } = {};
  for (const name of names) values[name] = row[name];
  return values;
}
