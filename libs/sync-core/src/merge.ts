import { areApart } from "./apart-addresses.js";
import type { AppointmentField, Fields } from "./canonical.js";
import type { Conflict } from "./conflict.js";
import { ADDRESS_FIELDS, togetherWith } from "./fields.js";
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
  /** Fields that a record of this type has; missing: all. */
  readonly holds?: readonly string[] | undefined;
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
  /** Fields whose value is taken from a side that held it, but for one that a write of ours left there. */
  readonly emptied: readonly string[];
  /** Changes of one side that the other side's take the place of. */
  readonly conflicts: readonly Conflict[];
}

type Form = Record<string, string | undefined>;

/** What becomes of one field. `stay` and `part`: each side keeps what it has; after `part` nothing is agreed any more. */
type Way = "same" | "send" | "receive" | "stay" | "part";

/**
 * Three-way, field by field, but for what makes sense only together: an address that one side has nothing of or two that
 * were never agreed on, and the times of an appointment. Fields outside `fieldNames` keep their values and the old base:
 * an option that is off neither sends nor clears on either side (R30), and the base still tells what was agreed when it
 * is turned on again. But what went there meanwhile is not agreed any more, or it would be emptied here then.
 */
export function merge(input: MergeInput): Merged {
  const { record, item, base, fieldNames } = input;
  const ways = new Map<string, Way>();
  for (const name of fieldNames) ways.set(name, wayOf(input, name));
  joinTimes(input, ways);
  joinAddress(input, ways);
  joinFirstAddress(input, ways);
  const there: Form = { ...item };
  const here: Form = { ...record };
  const agreed: Form = { ...base };
  for (const name of Object.keys(base))
    if (!ways.has(name) && item[name] === undefined) agreed[name] = undefined;
  const sent: string[] = [];
  const received: string[] = [];
  const pending: string[] = [];
  const conflicts: Conflict[] = [];
  for (const [name, way] of ways) {
    if (way === "same") agreed[name] = record[name];
    if (way === "part") agreed[name] = undefined;
    if (way === "send") {
      there[name] = agreed[name] = record[name];
      sent.push(name);
    }
    if (way === "receive" && input.inward !== true) pending.push(name);
    if (way === "receive" && input.inward === true) {
      here[name] = agreed[name] = item[name];
      received.push(name);
    }
    const conflict = conflictOf(input, name, way);
    if (conflict !== undefined) conflicts.push(conflict);
  }
  conflicts.push(...besides(input, ways, conflicts));
  return {
    fields: filled(there),
    record: filled(here),
    base: filled(agreed),
    sent,
    received,
    pending,
    emptied: [...sent, ...received].filter(
      (name) => agreed[name] === undefined && !isOursAlone(input, name),
    ),
    conflicts,
  };
}

/** Never agreed on: to take it back takes nothing away from anybody. */
const isOursAlone = ({ base, unsure }: MergeInput, name: string): boolean =>
  base[name] === undefined && unsure?.includes(name) === true;

function wayOf(input: MergeInput, name: string): Way {
  const { record, item, base, policy } = input;
  if (record[name] === item[name]) return "same";
  if (input.unsure?.includes(name)) return "send";
  const inWay = input.holds?.includes(name) === false ? "part" : "receive";
  if (record[name] === base[name]) return inWay;
  if (item[name] === base[name]) return "send";
  return policy === "ams-wins" ? "send" : inWay;
}

const TIMES = ["from", "to"] as const satisfies readonly AppointmentField[];

/**
 * Both times or none, and not the start of one side with the end of the other where that makes a night of an hour: then
 * the policy decides on both together.
 */
function joinTimes(input: MergeInput, ways: Map<string, Way>): void {
  const { record, item, base, policy, unsure, inward } = input;
  if (!TIMES.every((name) => ways.has(name))) return;
  const changed = (side: Fields) => !sameFields(side, base, TIMES);
  if (!changed(record) || !changed(item) || sameFields(record, item, TIMES))
    return;
  const next = (name: (typeof TIMES)[number]) =>
    (ways.get(name) === "receive" ? item : record)[name];
  const shape = shapeOf(next("from"), next("to"));
  const shapes = [record, item].map(({ from, to }) => shapeOf(from, to));
  if (shapes.includes("torso")) return;
  const contested = TIMES.some(
    (name) =>
      record[name] !== item[name] &&
      record[name] !== base[name] &&
      item[name] !== base[name],
  );
  if (!contested && shapes.every((one) => one === shape)) return;
  const ours = TIMES.some((name) => unsure?.includes(name));
  const out = ours || policy === "ams-wins";
  const [winner, loser] = out ? [record, item] : [item, record];
  // Times that were agreed in part only: what was never agreed is not emptied, so the emptying gives way.
  const empties = TIMES.some(
    (name) =>
      winner[name] === undefined &&
      loser[name] !== undefined &&
      base[name] === undefined,
  );
  const way = out === empties ? "receive" : "send";
  // What does not come in stays undecided as a whole: the half that is equal is not agreed on by itself.
  const waits = way === "receive" && inward !== true;
  for (const name of TIMES)
    if (record[name] !== item[name]) ways.set(name, way);
    else if (waits) ways.set(name, "stay");
}

const shapeOf = (from: string | undefined, to: string | undefined) => {
  if (from === undefined || to === undefined)
    return from === to ? "all-day" : "torso";
  return to < from ? "over-midnight" : "timed";
};

/**
 * One side emptied the whole address while the other changed a part of it. A part alone is no address: where the policy
 * lets that part win, the rest of it goes along.
 */
function joinAddress(input: MergeInput, ways: Map<string, Way>): void {
  const { record, item, policy, inward } = input;
  const address = ADDRESS_FIELDS.filter((name) => ways.has(name));
  const out = policy === "ams-wins" || inward !== true;
  const way = out ? "send" : "receive";
  const other = out ? item : record;
  if (!address.some((name) => ways.get(name) === way)) return;
  if (address.some((name) => other[name] !== undefined)) return;
  for (const name of address)
    if (record[name] !== item[name]) ways.set(name, way);
}

/**
 * Two addresses of which nothing was ever agreed, a country apart. The street of one and the city of the other are a place
 * where nobody lives: where they are evidently two, the policy decides on all fields together, even those that the winner
 * has not. Otherwise each fills up the other, and what one of them merely lacks is not emptied (R53).
 */
function joinFirstAddress(input: MergeInput, ways: Map<string, Way>): void {
  const { record, item, base, policy, unsure, inward } = input;
  const address = ADDRESS_FIELDS.filter((name) => ways.has(name));
  if (address.some((name) => name !== "country" && base[name] !== undefined))
    return;
  if (!areApart(record, item, address)) return;
  const out =
    policy === "ams-wins" || address.some((name) => unsure?.includes(name));
  // What does not come in stays undecided as a whole.
  const waits = !out && inward !== true;
  for (const name of address)
    if (record[name] !== item[name]) ways.set(name, out ? "send" : "receive");
    else if (waits) ways.set(name, "stay");
}

/** A value that goes although its own side had changed it; that of a write of ours is nobody's change. */
function conflictOf(
  input: MergeInput,
  name: string,
  way: Way,
): Conflict | undefined {
  const { record, item, base, unsure } = input;
  const remote = item[name];
  const lost =
    way === "send"
      ? remote !== base[name] && unsure?.includes(name) !== true
      : way === "receive" &&
        input.inward === true &&
        record[name] !== base[name];
  const winner = way === "send" ? "ams" : "remote";
  return lost ? conflictOn(name, winner, record[name], remote) : undefined;
}

/**
 * What the loser had of an address or of when something takes place besides the values that gave way: taken back, they
 * alone would make a place or a time that neither side ever had. What it merely lacked of one that was never agreed on
 * was filled up, and stays.
 */
const besides = (
  input: MergeInput,
  ways: ReadonlyMap<string, Way>,
  conflicts: readonly Conflict[],
): readonly Conflict[] => {
  const { record, item, base, unsure } = input;
  const told = new Set(conflicts.map(({ field }) => field));
  return conflicts.flatMap(({ field, winner }) => {
    const group = togetherWith(field);
    const [way, loser]: readonly [Way, Fields] =
      winner === "ams" ? ["send", item] : ["receive", record];
    const agreed = group.some((name) => base[name] !== undefined);
    return group.flatMap((name) => {
      const goes = ways.get(name) === way && !unsure?.includes(name);
      if (!goes || told.has(name)) return [];
      if (!agreed && loser[name] === undefined) return [];
      told.add(name);
      return [conflictOn(name, winner, record[name], item[name])];
    });
  });
};

const conflictOn = (
  field: string,
  winner: Conflict["winner"],
  ams: string | undefined,
  remote: string | undefined,
): Conflict => ({
  ...{ field, winner },
  ...(ams !== undefined && { ams }),
  ...(remote !== undefined && { remote }),
});

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
function filled(fields: Form): Fields {
  return Object.fromEntries(
    Object.entries(fields)
      .filter(
        (entry): entry is [string, string] =>
          entry[1] !== undefined && entry[1] !== "",
      )
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}
