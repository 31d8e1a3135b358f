import { RECORD_KINDS, type RecordKind } from "@ams-sync/sync-core";
import type { EntityManager } from "typeorm";
import { containing } from "./containing.js";
import { released } from "./released.js";
import type { RecordKey } from "./record-key.js";
import type { Asking } from "./record-names.js";

export interface Looking extends Asking {
  /** Part of a name, a customer's number, a day. */
  readonly search: string;
  /** Missing: all. */
  readonly kind?: RecordKind | undefined;
  readonly limit: number;
}

/** R13: as for whoever is sent them. */
const CUSTOMERS = `
  select c.customer_id as id from ams.customer c join ams.tenant t using (tenant_id)
  where (c.customer_number = $2 or concat_ws(' ', c.first_name, c.last_name) ilike $1 or c.name ilike $1)
    and ${released("$4")}
  order by coalesce(c.customer_number = $2, false) desc, c.customer_id limit $3`;

/** R14, R15: one's own, and of one's department with the right to see them. */
const APPOINTMENTS = `
  select a.appointment_id as id from ams.appointment a
  where a.user_id in (select u.user_id from ams.user_account u where u.user_id = $4::bigint or u.department_id = $5::bigint)
    and case when $2::text is null then a.reason ilike $1 else a.date_key = $2 end
  order by a.date_key desc nulls last, a.appointment_id limit $3`;

const NAMED = (table: "company" | "agent") =>
  `select ${table}_id as id from ams.${table} where name ilike $1 order by ${table}_id limit $2`;

/**
 * Records that somebody looks for, of those that they may see: by kind, at most `limit` in all.
 * @param manager inside `withTenant`
 */
export async function findRecords(
  manager: EntityManager,
  { search, kind, limit, userId, departmentId }: Looking,
): Promise<RecordKey[]> {
  const text = search.trim();
  const part = containing(text);
  const day = dayOf(text);
  const asked: { readonly [k in RecordKind]: readonly [string, unknown[]] } = {
    customer: [CUSTOMERS, [part, text, limit, userId]],
    company: [NAMED("company"), [part, limit]],
    agent: [NAMED("agent"), [part, limit]],
    appointment: [
      APPOINTMENTS,
      [part, day ?? null, limit, userId, departmentId],
    ],
  };
  const found: RecordKey[] = [];
  for (const one of RECORD_KINDS) {
    if (kind !== undefined && kind !== one) continue;
    if (found.length >= limit) break;
    const rows: { id: string }[] = await manager.query(...asked[one]);
    found.push(...rows.map(({ id }) => ({ kind: one, id })));
  }
  return found.slice(0, limit);
}

/** "2026-11-23", "23.11.2026" */
const dayOf = (text: string): string | undefined => {
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return text;
  const [, day = "", month = "", year] =
    /^(\d{1,2})\.(\d{1,2})\.(\d{4})$/.exec(text) ?? [];
  return year && `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
};
