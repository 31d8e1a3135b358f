import { fieldsOfType, formProblem } from "./form.js";
import { merge, pickFields, sameFields } from "./merge.js";
import type { Canonical, Fields } from "./canonical.js";
import type { Merged } from "./merge.js";
import type {
  Action,
  CellName,
  Inward,
  ItemView,
  LinkView,
  PlanInput,
  RecordView,
} from "./plan-types.js";
import type { Problem } from "./problem.js";

type RecordState = RecordView["state"];
type ItemState = ItemView["state"];

type Case<
  Link extends LinkView | undefined,
  R extends RecordState,
  I extends ItemState,
> = Omit<PlanInput, "link"> & {
  readonly link: Link;
  readonly record: Extract<RecordView, { state: R }>;
  readonly item: Extract<ItemView, { state: I }>;
};

type Rules<Link extends LinkView | undefined> = {
  readonly [R in RecordState]: {
    readonly [I in ItemState]: (input: Case<Link, R, I>) => Action;
  };
};

/**
 * The whole of what a run may do, one row for each state of the record, one column for each state of the item. A
 * delete stands only in the rows `out` and `gone`: absence of anything never deletes. Without a link it takes a create
 * that was sent and an item that carries the record's own id: only that create can have made it.
 */
const UNLINKED: Rules<undefined> = {
  //         nobody looked           there is an item        it is no record          there is none
  in: {
    unread: create("new"),
    present: adopt,
    obstructed,
    absent: create("new"),
  },
  broken: {
    unread: setAside("broken"),
    present: setAside("broken"),
    obstructed: setAside("broken"),
    absent: setAside("broken"),
  },
  out: {
    unread: lookIfSent,
    present: takeBack,
    obstructed: leaveAlone,
    absent: outOfScope,
  },
  gone: {
    unread: lookIfSent,
    present: takeBack,
    obstructed: leaveAlone,
    absent: nothing("gone"),
  },
  none: {
    unread: lookAround,
    present: arrive,
    obstructed: leaveObstructed,
    absent: nothing("foreign-gone"),
  },
};

const LINKED: Rules<LinkView> = {
  in: {
    unread: compareBase,
    present: compareItem,
    obstructed,
    absent: lost,
  },
  broken: {
    unread: setAside("broken-linked"),
    present: setAside("broken-linked"),
    obstructed: setAside("broken-linked"),
    absent: setAside("broken-linked"),
  },
  // What its user has made a series of, or what nobody can read, is not ours to delete any more.
  out: {
    unread: leave,
    present: leave,
    obstructed: unlink("obstructed-unlink"),
    absent: unlink("both-gone"),
  },
  gone: {
    unread: bury,
    present: bury,
    obstructed: unlink("obstructed-unlink"),
    absent: unlink("both-gone"),
  },
  none: {
    unread: nothing("record-unread"),
    present: nothing("record-unread"),
    obstructed: nothing("record-unread"),
    absent: nothing("record-unread"),
  },
};

/** Pure and total: the same input gives the same action, every input gives one. */
export function plan(input: PlanInput): Action {
  const rules = input.link === undefined ? UNLINKED : LINKED;
  const rule = rules[input.record.state][input.item.state];
  // The table's type ties each rule to its cell; the look-up is by the very states that the rule asks for.
  return (rule as (input: PlanInput) => Action)(input);
}

function create(cell: CellName) {
  return (input: Case<LinkView | undefined, "in", ItemState>): Action => {
    const fields = pickFields(input.record.fields, input.fieldNames);
    // The new item has none of what an older link remembers, so the base starts anew.
    return { do: "create", cell, fields, base: fields, origin: "created" };
  };
}

/** Matched with what is there, or found again after a lost answer, a crash or a reset. */
function adopt(input: Case<undefined, "in", "present">): Action {
  const { item } = input;
  const merged = mergeOf(input, {});
  return exchange(input, merged, {
    cell: item.own ? "adopt-own" : "adopt",
    origin: item.own ? "created" : "adopted",
    ...(item.version !== undefined && { itemVersion: item.version }),
  });
}

function compareBase(input: Case<LinkView, "in", "unread">): Action {
  if (input.announced === true) return { do: "read", cell: "look" };
  const same = sameFields(
    input.record.fields,
    input.link.base,
    input.fieldNames,
  );
  if (same && input.sent) return { do: "read", cell: "sent-look" };
  return same && input.link.itemVersion !== undefined
    ? { do: "nothing", cell: "unchanged" }
    : { do: "read", cell: "look" };
}

function compareItem(input: Case<LinkView, "in", "present">): Action {
  const { link, item } = input;
  const merged = mergeOf(input, link.base);
  const cell = cellOf(merged, input);
  // With a change of theirs still to come in, the old version stays remembered, so that a listing shows it again.
  const settled = merged.pending.length === 0;
  const itemVersion = settled
    ? item.version
    : (link.itemVersion ?? item.version);
  const known =
    link.lost === undefined &&
    sameForm(merged.base, link.base) &&
    (!settled || item.version === link.itemVersion);
  const moved = merged.sent.length + merged.received.length > 0;
  if (!moved && known) return { do: "nothing", cell };
  return exchange(input, merged, {
    cell,
    origin: link.origin,
    ...(itemVersion !== undefined && { itemVersion }),
  });
}

const mergeOf = (
  input: Case<LinkView | undefined, "in", "present">,
  base: Fields,
): Merged =>
  merge({
    ...input,
    record: input.record.fields,
    item: input.item.fields,
    base,
  });

function cellOf(merged: Merged, input: Case<LinkView, "in", "present">) {
  if (merged.conflicts.length > 0) return `conflict-${input.policy}` as const;
  const here = merged.sent.length > 0;
  const there = merged.received.length > 0;
  if (here) return there ? "changed-both" : "changed-here";
  return there || merged.pending.length > 0 ? "changed-there" : "agreed";
}

type Both = Case<LinkView | undefined, "in", "present">;
type Told = Pick<
  Extract<Action, { do: "link" }>,
  "cell" | "origin" | "itemVersion"
>;

function exchange(input: Both, merged: Merged, told: Told): Action {
  const inward = inwardOf(input, merged);
  if (inward !== undefined && "code" in inward)
    return withoutInward(input, inward, told);
  const { fields, base, sent, conflicts } = merged;
  const { cell, origin } = told;
  const clears = clearsIn(merged, input.link?.base ?? {});
  const agreement = { cell, base, origin, conflicts, clears };
  if (sent.length > 0)
    return {
      do: "update",
      fields,
      sent,
      ...(inward !== undefined && { inward }),
      ...agreement,
    };
  if (inward === undefined) return { do: "link", base, ...told };
  const { itemVersion } = told;
  return {
    do: "take",
    inward,
    ...(itemVersion !== undefined && { itemVersion }),
    ...agreement,
  };
}

/** What comes into ams, or why ams could not hold it. */
function inwardOf(input: Both, merged: Merged): Inward | Problem | undefined {
  const { received, record } = merged;
  if (received.length === 0) return undefined;
  const { type } = input;
  if (type === undefined) return { fields: record, received };
  const names = fieldsOfType(type);
  const fields = pickFields(record, names);
  // The types of what is in `fields` follow from the record's own.
  const problem = formProblem({ type, fields } as Canonical);
  return problem ?? { fields, received };
}

/** What goes there still goes; what cannot come in waits until somebody corrects it there. */
function withoutInward(input: Both, problem: Problem, told: Told): Action {
  const merged = mergeOf({ ...input, inward: false }, input.link?.base ?? {});
  return merged.sent.length > 0
    ? exchange({ ...input, inward: false }, merged, told)
    : { do: "set-aside", cell: "not-importable", problem };
}

/** Emptying what was never agreed to be filled takes nothing away from anybody. */
const clearsIn = ({ sent, received, base }: Merged, before: Fields): boolean =>
  [...sent, ...received].some(
    (name) => base[name] === undefined && before[name] !== undefined,
  );

/**
 * R50: a loss there never reaches ams; the next change in ams restores the item, unless its user wants it to stay away.
 * After a write that nobody remembers it may have been our own delete of a record that has come back.
 */
function lost(input: Case<LinkView, "in", "absent">): Action {
  const { link, record, sent, fieldNames } = input;
  if (link.lost === "left") return { do: "nothing", cell: "lost-left" };
  if (sent || !sameFields(record.fields, link.base, fieldNames))
    return create("restore")(input);
  return { do: link.lost ? "nothing" : "lose", cell: "lost-there" };
}

/** A lost scope takes back only what was put there. */
function leave(input: Case<LinkView, "out", "unread" | "present">): Action {
  return input.link.origin === "created"
    ? remove(input, "left-scope-delete")
    : { do: "unlink", cell: "left-scope-unlink" };
}

/** What was there before and was only matched outlives its record. */
function bury(input: Case<LinkView, "gone", "unread" | "present">): Action {
  return input.link.origin === "adopted"
    ? { do: "unlink", cell: "tombstone-unlink" }
    : remove(input, "tombstone-delete");
}

function remove(
  input: Case<LinkView, "out" | "gone", "unread" | "present">,
  cell: CellName,
): Action {
  const blind =
    input.item.state === "unread" && input.link.itemVersion === undefined;
  return blind ? { do: "read", cell: "look" } : { do: "delete", cell };
}

type NotThere<I extends ItemState> = Case<undefined, "out" | "gone", I>;

function lookIfSent(input: NotThere<"unread">): Action {
  return input.sent ? { do: "read", cell: "sent-look" } : leaveAlone(input);
}

/** What was made and forgotten: no later run would find it, and the user would keep it for ever. */
function takeBack(input: NotThere<"present">): Action {
  const { item, record, sent } = input;
  if (!item.own) return leaveAlone(input);
  if (!sent)
    return {
      do: "leave",
      cell: "own-left-behind",
      reason: "own-left-behind",
    };
  const out = record.state === "out";
  return { do: "delete", cell: out ? "sent-left-scope" : "sent-tombstone" };
}

function leaveAlone({ record }: NotThere<ItemState>): Action {
  return record.state === "out"
    ? { do: "nothing", cell: "out-of-scope", reason: record.reason }
    : { do: "nothing", cell: "gone" };
}

/** Without a way in, an item that no link knows is nobody's business. */
function lookAround(input: Case<undefined, "none", "unread">): Action {
  return input.inward === true
    ? { do: "read", cell: "foreign" }
    : { do: "nothing", cell: "foreign" };
}

function arrive(input: Case<undefined, "none", "present">): Action {
  const { arrival, inward } = input;
  if (inward !== true || arrival === undefined)
    return { do: "nothing", cell: "foreign" };
  if (arrival.verdict === "import")
    return { do: "import", cell: "import", record: arrival.record };
  const { reason, candidates } = arrival;
  return {
    do: "leave",
    cell: "left",
    reason,
    ...(candidates !== undefined && { candidates }),
  };
}

function leaveObstructed(input: Case<undefined, "none", "obstructed">): Action {
  return input.inward === true
    ? { do: "leave", cell: "left", reason: input.item.obstacle }
    : { do: "nothing", cell: "foreign" };
}

function obstructed({
  item,
}: Case<LinkView | undefined, "in", "obstructed">): Action {
  return { do: "obstructed", cell: "obstructed", obstacle: item.obstacle };
}

function outOfScope(input: Case<undefined, "out", ItemState>): Action {
  return {
    do: "nothing",
    cell: "out-of-scope",
    reason: input.record.reason,
  };
}

function setAside(cell: CellName) {
  return (input: Case<LinkView | undefined, "broken", ItemState>): Action => ({
    do: "set-aside",
    cell,
    problem: input.record.problem,
  });
}

function nothing(cell: CellName) {
  return (): Action => ({ do: "nothing", cell });
}

function unlink(cell: CellName) {
  return (): Action => ({ do: "unlink", cell });
}

function sameForm(a: LinkView["base"], b: LinkView["base"]): boolean {
  return sameFields(a, b, new Set([...Object.keys(a), ...Object.keys(b)]));
}
