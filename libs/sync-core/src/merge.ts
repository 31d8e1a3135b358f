import type { Fields } from "./canonical.js";
import { ADDRESS_FIELDS } from "./fields.js";
import type { ConflictPolicy } from "./kinds.js";

export interface MergeInput {
  readonly record: Fields;
  readonly item: Fields;
  /** `{}` when the two never agreed: then no field can be cleared. */
  readonly base: Fields;
  readonly policy: ConflictPolicy;
  readonly fieldNames: readonly string[];
  /** Fields in which the item's value may be from a write of ours that nobody remembers: not a change of theirs. */
  readonly unsure?: readonly string[] | undefined;
}

export interface Merged {
  /** The item's next form. */
  readonly fields: Fields;
  /** What both sides agree on once `fields` is there. */
  readonly base: Fields;
  /** Fields whose value here goes there. */
  readonly sent: readonly string[];
  /** Fields that only the other side changed. */
  readonly pending: readonly string[];
  /** Fields that both sides changed, differently; the policy decided. */
  readonly conflicts: readonly string[];
}

/**
 * Three-way, field by field, but for an address that the item has nothing of: it is sent whole or not at all. Fields outside `fieldNames` keep the item's value and the old base: an option that is
 * off neither sends nor clears (R30), and the base still tells what was agreed when it is turned on again.
 */
export function merge(input: MergeInput): Merged {
  const { record, item, base, policy, fieldNames } = input;
  const next: Record<string, string | undefined> = { ...item };
  const agreed: Record<string, string | undefined> = { ...base };
  const sent: string[] = [];
  const pending: string[] = [];
  const conflicts: string[] = [];
  const send = (name: string) => {
    next[name] = record[name];
    agreed[name] = record[name];
    sent.push(name);
  };
  for (const name of fieldNames) {
    if (record[name] === item[name]) {
      agreed[name] = record[name];
    } else if (input.unsure?.includes(name)) {
      send(name);
    } else if (record[name] === base[name]) {
      pending.push(name);
    } else if (item[name] === base[name]) {
      send(name);
    } else {
      conflicts.push(name);
      if (policy === "ams-wins") send(name);
    }
  }
  const address = ADDRESS_FIELDS.filter((name) => fieldNames.includes(name));
  const torso =
    address.some((name) => sent.includes(name)) &&
    address.every((name) => item[name] === undefined);
  if (torso) {
    for (const name of address) if (pending.includes(name)) send(name);
  }
  return {
    fields: filled(next),
    base: filled(agreed),
    sent,
    pending: pending.filter((name) => !sent.includes(name)),
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
