import type {
  Canonical,
  Contact,
  NewRecord,
  SyncOptions,
  UserView,
} from "@ams-sync/sync-core";
import type { EntityManager } from "typeorm";
import { matchAppointment } from "../match/appointments.js";
import { matchContacts } from "../match/candidates.js";
import type { RecordKey } from "../reads/record-key.js";
import { loadRecord } from "./change.js";
import { TABLES } from "./columns.js";
import { refuseBadForm, refuseUnlessHeld } from "./form.js";
import { findOrigin, findOrigins, rememberOrigin } from "./origin.js";
import type { Created, CreateHow, RemoteOrigin } from "./outcomes.js";
import { Refused } from "./refused.js";

/**
 * Makes a record of an item, once: whoever creates in this tenant waits for whoever does already, then looks whether
 * it was made of this item before, and unless a user wants another one whether another account of this user's has made
 * it or it is there by now.
 * @param manager inside `withTenant`, read committed: what the one before wrote must be seen
 * @throws Refused
 */
export async function createRecord(
  manager: EntityManager,
  user: UserView,
  options: SyncOptions,
  origin: RemoteOrigin,
  record: NewRecord,
  { asked }: CreateHow = {},
): Promise<Created> {
  await manager.query(
    "select pg_advisory_xact_lock(hashtextextended('ams-sync/' || current_setting('app.tenant_id')::uuid, 0))",
  );
  const made = await findOrigin(manager, origin);
  if (made !== undefined) {
    const found = await loadRecord(manager, made);
    return found === undefined
      ? { outcome: "deleted" }
      : { outcome: "again", record: found };
  }
  const form = formOf(record);
  refuseBadForm(form);
  if (!asked) {
    const [elsewhere] = await findOrigins(manager, user.userId, [
      { ...origin, ...(form.type !== "appointment" && { contact: form }) },
    ]);
    const found =
      elsewhere && !elsewhere.unsure
        ? await loadRecord(manager, elsewhere)
        : undefined;
    if (found !== undefined) return { outcome: "again", record: found };
    const { accountId } = origin;
    const [match] =
      form.type === "appointment"
        ? [await matchAppointment(manager, user, options, accountId, form)]
        : await matchContacts(manager, user, options, [form]);
    if (elsewhere?.unsure && match?.verdict !== "one")
      return {
        outcome: "matched",
        match: { verdict: "one", id: elsewhere.id },
      };
    if (match !== undefined && match.verdict !== "none")
      return { outcome: "matched", match };
    // Whoever deletes in ams what came from there means it, whichever of the user's accounts it came through.
    if (elsewhere) return { outcome: "deleted" };
  }
  const ref = await insert(manager, user, record);
  await rememberOrigin(manager, origin, user.userId, ref);
  const created = await loadRecord(manager, ref);
  if (created === undefined)
    throw new Refused("ams did not keep the new record. Nothing was written.");
  // What ams puts into other fields of its own, a default of a column or a trigger, is a change of ams like any other.
  refuseUnlessHeld(created, record.fields, Object.keys(record.fields));
  return { outcome: "created", record: created };
}

const formOf = (record: NewRecord): Canonical =>
  record.kind === "appointment"
    ? { type: "appointment", fields: record.fields }
    : ({ type: record.type, fields: record.fields } satisfies Contact);

async function insert(
  manager: EntityManager,
  user: UserView,
  record: NewRecord,
): Promise<RecordKey> {
  const { name, id, columns } = TABLES[record.kind];
  const cells: [string, string | null][] = [...ownCells(record, user)];
  for (const [field, value] of Object.entries(record.fields)) {
    const column = columns[field];
    if (column === undefined)
      throw new Refused(
        `A record of this kind has no field "${field}" in ams. Nothing was written.`,
      );
    cells.push([column, value ?? null]);
  }
  const [row] = await manager.query<{ id: string }[]>(
    `insert into ${name} (tenant_id, ${cells.map(([column]) => column).join(", ")})
     values (current_setting('app.tenant_id')::uuid, ${cells.map((_cell, index) => `$${index + 1}`).join(", ")})
     returning ${id} as id`,
    cells.map(([, value]) => value),
  );
  if (row === undefined)
    throw new Refused("ams did not keep the new record. Nothing was written.");
  return { kind: record.kind, id: row.id };
}

const ownCells = (
  record: NewRecord,
  user: UserView,
): readonly [string, string | null][] =>
  record.kind === "customer"
    ? [
        ["kind", record.type],
        ["status", record.status],
        ["agent_id", record.agentId ?? null],
      ]
    : [
        ["user_id", user.userId],
        ["customer_id", record.customerId ?? null],
      ];
