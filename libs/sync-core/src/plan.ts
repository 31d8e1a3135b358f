import { merge, pickFields, sameFields } from "./merge.js";
import type { Merged } from "./merge.js";
import type {
  Action,
  CellName,
  ItemView,
  LinkView,
  PlanInput,
  RecordView,
} from "./plan-types.js";

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
  //         nobody looked           there is an item        there is none
  in: { unread: create("new"), present: adopt, absent: create("new") },
  broken: {
    unread: setAside("broken"),
    present: setAside("broken"),
    absent: setAside("broken"),
  },
  out: { unread: lookIfSent, present: takeBack, absent: outOfScope },
  gone: { unread: lookIfSent, present: takeBack, absent: nothing("gone") },
  // Inbound comes later: an item that no link knows is left alone.
  none: {
    unread: nothing("foreign"),
    present: nothing("foreign"),
    absent: nothing("foreign-gone"),
  },
};

const LINKED: Rules<LinkView> = {
  in: { unread: compareBase, present: compareItem, absent: lost },
  broken: {
    unread: setAside("broken-linked"),
    present: setAside("broken-linked"),
    absent: setAside("broken-linked"),
  },
  out: { unread: leave, present: leave, absent: unlink("both-gone") },
  gone: { unread: bury, present: bury, absent: unlink("both-gone") },
  none: {
    unread: nothing("record-unread"),
    present: nothing("record-unread"),
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
  const merged = merge({
    ...input,
    record: input.record.fields,
    item: item.fields,
    base: {},
  });
  return write(merged, {
    cell: item.own ? "adopt-own" : "adopt",
    origin: item.own ? "created" : "adopted",
    ...(item.version !== undefined && { itemVersion: item.version }),
  });
}

function compareBase(input: Case<LinkView, "in", "unread">): Action {
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
  const merged = merge({
    ...input,
    record: input.record.fields,
    item: item.fields,
    base: link.base,
  });
  const cell = cellOf(merged, input);
  const settled = merged.pending.length + merged.conflicts.length === 0;
  // With a change of theirs still to come in, the old version stays remembered, so that a listing shows it again.
  const itemVersion = settled
    ? item.version
    : (link.itemVersion ?? item.version);
  const known =
    sameForm(merged.base, link.base) &&
    (!settled || item.version === link.itemVersion);
  if (merged.sent.length === 0 && known) return { do: "nothing", cell };
  return write(merged, {
    cell,
    origin: link.origin,
    ...(itemVersion !== undefined && { itemVersion }),
  });
}

function cellOf(merged: Merged, input: Case<LinkView, "in", "present">) {
  if (merged.conflicts.length > 0) return `conflict-${input.policy}` as const;
  if (merged.sent.length > 0) return "changed-here";
  return merged.pending.length > 0 ? "changed-there" : "agreed";
}

function write(
  merged: Merged,
  link: Pick<
    Extract<Action, { do: "link" }>,
    "cell" | "origin" | "itemVersion"
  >,
): Action {
  const { fields, base, sent, conflicts } = merged;
  if (sent.length === 0) return { do: "link", base, ...link };
  const { cell, origin } = link;
  return { do: "update", cell, fields, sent, conflicts, base, origin };
}

/**
 * R50: a loss there never reaches ams; the next change in ams restores the item. After a write that nobody remembers it
 * may have been our own delete of a record that has come back.
 */
function lost(input: Case<LinkView, "in", "absent">): Action {
  return !input.sent &&
    sameFields(input.record.fields, input.link.base, input.fieldNames)
    ? { do: "nothing", cell: "lost-there" }
    : create("restore")(input);
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
  if (!input.sent || !input.item.own) return leaveAlone(input);
  const out = input.record.state === "out";
  return { do: "delete", cell: out ? "sent-left-scope" : "sent-tombstone" };
}

function leaveAlone({ record }: NotThere<ItemState>): Action {
  return record.state === "out"
    ? { do: "nothing", cell: "out-of-scope", reason: record.reason }
    : { do: "nothing", cell: "gone" };
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
