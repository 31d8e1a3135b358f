import type {
  AmsRecord,
  Canonical,
  Fields,
  RecordKind,
} from "@ams-sync/sync-core";
import type { EntityManager } from "typeorm";
import { isBigint, recordKey, type RecordKey } from "../reads/record-key.js";
import { loadRecords } from "../reads/records.js";
import { TABLES, TYPE_OF_FIELD } from "./columns.js";
import { refuseBadForm, refuseUnlessHeld } from "./form.js";
import type { Changed, RecordChange } from "./outcomes.js";
import { Refused } from "./refused.js";

/**
 * Writes the named fields into the row, if it is still the one that was read.
 * @param manager inside `withTenant`
 * @throws Refused, TypeError for an id or version that is no decimal bigint
 */
export async function changeRecord(
  manager: EntityManager,
  { ref, rowVersion, fields, names }: RecordChange,
): Promise<Changed> {
  if (!isBigint(rowVersion))
    throw new TypeError("The row version is not a decimal bigint.");
  const written = withBothTimes(ref, names);
  const changed =
    written.length > 0 &&
    (await update(manager, ref, rowVersion, fields, written));
  const record = await loadRecord(manager, ref);
  if (record === undefined) return { outcome: "gone" };
  if (written.length > 0 ? !changed : record.rowVersion !== rowVersion)
    return { outcome: "stale" };
  if (written.length > 0) {
    refuseUnlessWritten(record, fields, written);
  }
  return { outcome: "written", record };
}

export async function loadRecord(
  manager: EntityManager,
  ref: RecordKey,
): Promise<AmsRecord | undefined> {
  return (await loadRecords(manager, [ref])).get(recordKey(ref));
}

/** A row without an end ends when it starts: a new start alone would move its end. */
export function withBothTimes(
  { kind }: RecordKey,
  names: readonly string[],
): readonly string[] {
  const times = kind === "appointment" ? ["from", "to"] : [];
  return times.some((name) => names.includes(name))
    ? [...new Set([...names, ...times])]
    : names;
}

async function update(
  manager: EntityManager,
  ref: RecordKey,
  rowVersion: string,
  fields: Fields,
  names: readonly string[],
): Promise<boolean> {
  const { name: table, id } = TABLES[ref.kind];
  const assignments = names.map((name, index) =>
    assignment(ref.kind, name, `$${index + 3}::text`),
  );
  const [, count] = await manager.query<[unknown, number]>(
    `update ${table} r set ${assignments.join(", ")} where ${id} = $1::bigint and row_version = $2::bigint`,
    [ref.id, rowVersion, ...names.map((name) => fields[name] ?? null)],
  );
  return count === 1;
}

/** @throws Refused where ams has no such field */
export function assignment(
  kind: RecordKind,
  name: string,
  value: string,
): string {
  const column = TABLES[kind].columns[name];
  if (column === undefined)
    throw new Refused(
      `A record of this kind has no field "${name}" in ams. Nothing was written.`,
    );
  const type = kind === "customer" ? TYPE_OF_FIELD[name] : undefined;
  return type === undefined
    ? `${column} = ${value}`
    : `${column} = case r.kind when '${type}' then ${value} else r.${column} end`;
}

/** @throws Refused where the row, as it is now, is not what was meant */
export function refuseUnlessWritten(
  record: AmsRecord,
  fields: Fields,
  written: readonly string[],
): void {
  refuseBadForm(formOf(record, fields));
  refuseUnlessHeld(record, fields, written);
}

const formOf = (record: AmsRecord, fields: Fields): Canonical =>
  record.kind === "appointment"
    ? { type: "appointment", fields }
    : { type: record.type, fields };
