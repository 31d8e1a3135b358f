import type { AmsRecord } from "@ams-sync/sync-core";
import type { EntityManager } from "typeorm";
import { isBigint, recordKey } from "../reads/record-key.js";
import { loadRecords } from "../reads/records.js";
import { assignment, refuseUnlessWritten, withBothTimes } from "./change.js";
import { TABLES } from "./columns.js";
import type { RecordChange } from "./outcomes.js";

/**
 * What `changeRecord` does, for many rows: those that nobody holds and nobody changed since they were read. It waits for
 * nobody, so that neither one row that is open in a window of ams holds up the others nor two of us block each other.
 * @param manager inside `withTenant`; all or nothing
 * @returns for each the row as it is now, or undefined where it was not written
 * @throws Refused where ams does not take one of them, TypeError for an id or version that is no decimal bigint
 */
export async function changeRecords(
  manager: EntityManager,
  changes: readonly RecordChange[],
): Promise<readonly (AmsRecord | undefined)[]> {
  const written = new Set<string>();
  for (const alike of alikes(changes).values())
    for (const key of await updateAlike(manager, alike)) written.add(key);
  const now = await loadRecords(
    manager,
    changes.flatMap(({ ref }) => (written.has(recordKey(ref)) ? [ref] : [])),
  );
  const answered = new Set<string>();
  return changes.map(({ ref, fields, names }) => {
    const key = recordKey(ref);
    const record = now.get(key);
    // Of two changes of one row the second does not know what the first one made of it.
    if (record === undefined || answered.has(key)) return undefined;
    answered.add(key);
    refuseUnlessWritten(record, fields, withBothTimes(ref, names));
    return record;
  });
}

/** By kind and fields: one statement each. Only the first change of a row, and none that would write nothing. */
function alikes(
  changes: readonly RecordChange[],
): ReadonlyMap<string, readonly RecordChange[]> {
  const rows = new Set<string>();
  const groups = new Map<string, RecordChange[]>();
  for (const change of changes) {
    const { ref, rowVersion } = change;
    if (!isBigint(ref.id) || !isBigint(rowVersion))
      throw new TypeError("An id or row version is not a decimal bigint.");
    const names = withBothTimes(ref, change.names).toSorted();
    if (names.length === 0 || rows.has(recordKey(ref))) continue;
    rows.add(recordKey(ref));
    const key = JSON.stringify([ref.kind, names]);
    groups.set(key, [...(groups.get(key) ?? []), { ...change, names }]);
  }
  return groups;
}

/** @returns the keys of those that were written */
async function updateAlike(
  manager: EntityManager,
  alike: readonly RecordChange[],
): Promise<readonly string[]> {
  const [first] = alike;
  if (first === undefined) return [];
  const { names, ref } = first;
  const { name: table, id } = TABLES[ref.kind];
  const assignments = names.map((name, index) =>
    assignment(ref.kind, name, `v.value_${index}`),
  );
  const values = names.map((_name, index) => `$${index + 3}::text[]`);
  const [rows] = await manager.query<[{ id: string }[], number]>(
    `update ${table} r set ${assignments.join(", ")}
     from unnest($1::bigint[], $2::bigint[], ${values.join(", ")})
       as v (id, version, ${names.map((_name, index) => `value_${index}`).join(", ")})
     where r.${id} = v.id and r.row_version = v.version
       and r.${id} in (select ${id} from ${table} where ${id} = any ($1::bigint[]) for update skip locked)
     returning r.${id} as id`,
    [
      alike.map(({ ref: { id: row } }) => row),
      alike.map(({ rowVersion }) => rowVersion),
      ...names.map((name) => alike.map(({ fields }) => fields[name] ?? null)),
    ],
  );
  return rows.map((row) => recordKey({ kind: ref.kind, id: row.id }));
}
