import type { Fields } from "./canonical.js";
import type { Conflict } from "./conflict.js";
import { ADDRESS_FIELDS } from "./fields.js";
import type { ConflictPolicy } from "./kinds.js";

export interface MergeInput {
  readonly record: Fields;
  readonly item: Fields;
  /** `{}` when the two never agreed: then no field can be cleared. */
  readonly base: Fields;
  readonly policy: ConflictPolicy;
  readonly fieldNames: readonly string[];
  /** Fields in which the item's value is from a write of ours that nobody remembers: not a change of theirs. */
  readonly unsure?: readonly string[] | undefined;
  /** Whether changes there come into ams (R24: not everywhere). */
  readonly inward?: boolean | undefined;
}

export interface Merged {
  /** The item's next form. */
  readonly fields: Fields;
  /** The record's next form. */
  readonly record: Fields;
  /** What both sides agree on once both forms are there. */
  readonly base: Fields;
  /** Fields whose value here goes there. */
  readonly sent: readonly string[];
  /** Fields whose value there comes here. */
  readonly received: readonly string[];
  /** Fields that the other side changed and that do not come in: `inward` is off. */
  readonly pending: readonly string[];
  readonly conflicts: readonly Conflict[];
}

/**
 * Three-way, field by field, but for an address that the item has nothing of: it is sent whole or not at all. Fields
 * outside `fieldNames` keep their values and the old base: an option that is off neither sends nor clears on either
 * side (R30), and the base still tells what was agreed when it is turned on again.
 */
export function merge(input: MergeInput): Merged {
  const { record, item, base, policy, fieldNames } = input;
  const there: Record<string, string | undefined> = { ...item };
  const here: Record<string, string | undefined> = { ...record };
  const agreed: Record<string, string | undefined> = { ...base };
  const sent: string[] = [];
  const received: string[] = [];
  const pending: string[] = [];
  const conflicts: Conflict[] = [];
  const send = (name: string) => {
    there[name] = agreed[name] = record[name];
    sent.push(name);
  };
  const receive = (name: string) => {
    if (input.inward !== true) return void pending.push(name);
    here[name] = agreed[name] = item[name];
    received.push(name);
  };
  for (const name of fieldNames) {
    if (record[name] === item[name]) {
      agreed[name] = record[name];
    } else if (input.unsure?.includes(name)) {
      send(name);
    } else if (record[name] === base[name]) {
      receive(name);
    } else if (item[name] === base[name]) {
      send(name);
    } else {
      const winner = policy === "ams-wins" ? "ams" : "remote";
      conflicts.push(conflict(name, winner, record[name], item[name]));
      if (winner === "ams") send(name);
      else receive(name);
    }
  }
  const address = ADDRESS_FIELDS.filter((name) => fieldNames.includes(name));
  const torso =
    address.some((name) => sent.includes(name)) &&
    address.every((name) => item[name] === undefined);
  if (torso) {
    // The other side emptied the whole address while one of its parts changed here.
    for (const name of address) {
      if (sent.includes(name) || record[name] === item[name]) continue;
      here[name] = record[name];
      send(name);
    }
  }
  const kept = (name: string) => !sent.includes(name);
  return {
    fields: filled(there),
    record: filled(here),
    base: filled(agreed),
    sent,
    received: received.filter(kept),
    pending: pending.filter(kept),
    conflicts,
  };
}

/** What a link remembers after `record` and `item` were merged and the outcome was written. */
export const nextBase = (input: MergeInput): Fields => merge(input).base;

export function sameFields(
  a: Fields,
  b: Fields,
  fieldNames: Iterable<string>,
): boolean {
  for (const name of fieldNames) if (a[name] !== b[name]) return false;
  return true;
}

export function pickFields(
  fields: Fields,
  fieldNames: readonly string[],
): Fields {
  return filled(
    Object.fromEntries(fieldNames.map((name) => [name, fields[name]])),
  );
}

const conflict = (
  field: string,
  winner: Conflict["winner"],
  ams: string | undefined,
  remote: string | undefined,
): Conflict => ({
  field,
  winner,
  ...(ams !== undefined && { ams }),
  ...(remote !== undefined && { remote }),
});

/** Without the missing ones, in a fixed order: equal forms are equal as JSON too. */
function filled(fields: Record<string, string | undefined>): Fields {
  return Object.fromEntries(
    Object.entries(fields)
      .filter(
        (entry): entry is [string, string] =>
          entry[1] !== undefined && entry[1] !== "",
      )
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}
