import type { Canonical, Fields } from "./canonical.js";
import { ADDRESS_FIELDS } from "./fields.js";
import { fieldsOfType, formProblem } from "./form.js";
import { merge, pickFields, sameFields } from "./merge.js";
import type { Merged } from "./merge.js";
import type { Case, ItemState } from "./plan-case.js";
import type { Action, CellName, Inward, LinkView } from "./plan-types.js";
import type { Problem } from "./problem.js";

type Both = Case<LinkView | undefined, "in", "present">;
type Told = Pick<
  Extract<Action, { do: "link" }>,
  "cell" | "origin" | "itemVersion"
>;

export function create(cell: CellName) {
  return (input: Case<LinkView | undefined, "in", ItemState>): Action => {
    const fields = ofRecord(input);
    // The new item has none of what an older link remembers, so the base starts anew.
    return { do: "create", cell, fields, base: fields, origin: "created" };
  };
}

const ofRecord = ({
  record,
  fieldNames,
}: Case<LinkView | undefined, "in", ItemState>): Fields =>
  pickFields(record.fields, fieldNames);

/** Matched with what is there, or found again after a lost answer, a crash or a reset. Nothing was agreed yet. */
export function adopt(input: Case<undefined, "in", "present">): Action {
  const { item, imported } = input;
  const told = {
    cell: item.own ? "adopt-own" : "adopt",
    origin: item.own ? "created" : imported === true ? "imported" : "adopted",
  } as const;
  // As agreed, and looked at again: a write would bring it back.
  if (item.cancelled) return { do: "link", base: ofRecord(input), ...told };
  const merged = mergeOf(input);
  const inward = inwardOf(input, merged);
  if (!isProblem(inward))
    return unclear(
      input,
      exchange(merged, inward, versioned(told, item.version)),
    );
  // Linked all the same, or its record would be made beside it. Without a version, so that a listing shows it again.
  const outward = mergeOf({ ...input, inward: false });
  return withProblem(exchange(outward, undefined, told), inward);
}

export function compareBase(input: Case<LinkView, "in", "unread">): Action {
  if (input.announced === true) return { do: "read", cell: "look" };
  const same = sameFields(
    input.record.fields,
    input.link.base,
    input.fieldNames,
  );
  if (same && input.sent) return { do: "read", cell: "sent-look" };
  if (unseen(input) && input.link.lost === undefined)
    return { do: "read", cell: "look" };
  return same && input.link.itemVersion !== undefined
    ? { do: "nothing", cell: "unchanged" }
    : { do: "read", cell: "look" };
}

/** Nobody has, the options send more than when the two agreed, or wall times are those of another zone. */
const unseen = ({ link, zone, fieldNames }: Case<LinkView, "in", ItemState>) =>
  link.unseen === true ||
  link.open?.some((name) => fieldNames.includes(name)) === true ||
  (zone !== undefined && link.zone !== zone);

export function compareItem(input: Case<LinkView, "in", "present">): Action {
  const kept = asKept(input);
  return kept.item.cancelled ? cancelled(kept) : compare(kept, closes(input));
}

/** What was written and is not kept there stands for itself: it was not emptied, and a value in its place comes in. */
function asKept(
  input: Case<LinkView, "in", "present">,
): Case<LinkView, "in", "present"> {
  const { link, item } = input;
  if (link.unkept === undefined) return input;
  const stands = standing(link.base, link.unkept, item.fields);
  const fields = { ...formOf(link.base, stands), ...item.fields };
  return { ...input, item: { ...item, fields: fields as Fields } };
}

/** Where one part of an address is another one, it is another address: a street of the one is none of the other's town. */
const standing = (base: Fields, unkept: readonly string[], there: Fields) => {
  const address: readonly string[] = ADDRESS_FIELDS;
  const isAnother = (name: string) =>
    (base[name] ?? there[name]) !== (there[name] ?? base[name]);
  return address.some(isAnother)
    ? unkept.filter((name) => !address.includes(name))
    : unkept;
};

const closes = ({ link, item }: Case<LinkView, "in", "present">): boolean =>
  link.unkept?.some(
    (name) => item.fields[name] !== undefined && !item.unclear?.includes(name),
  ) === true;

/** R50, as of an item that is gone: it stays called off until its record changes in ams, or its user wants it back. */
function cancelled(input: Case<LinkView, "in", "present">): Action {
  const { link, record, item, fieldNames, unsure, restore } = input;
  if (link.lost === "left") return { do: "nothing", cell: "lost-left" };
  // A reset has forgotten what was agreed, which is no change of ams: as of one that is adopted.
  if (restore !== true && Object.keys(link.base).length === 0)
    return {
      ...{ do: "link", cell: "lost-there", origin: link.origin },
      base: ofRecord(input),
    };
  if (sameFields(record.fields, baseOf(input), fieldNames))
    return { do: link.lost ? "nothing" : "lose", cell: "lost-there" };
  // What was changed there goes with what was called off; what ams never had comes in.
  const ours = fieldNames.filter(
    (name) => (record.fields[name] ?? link.base[name]) !== undefined,
  );
  const { fields } = item;
  const base = { ...link.base, ...formOf(fields, ours) } as Fields;
  const back = { ...input, link: { ...link, base }, taken: [] };
  const merged = mergeOf(back);
  const inward = inwardOf(back, merged);
  const conflicts = merged.sent.flatMap((field) => {
    const [ams, remote] = [record.fields[field], fields[field]];
    return remote === undefined ||
      remote === link.base[field] ||
      unsure?.includes(field)
      ? []
      : [
          {
            field,
            winner: "ams" as const,
            ...(ams !== undefined && { ams }),
            remote,
          },
        ];
  });
  const revival = (one: Merged, taken: Inward | undefined): Action => ({
    ...{ do: "update", cell: "restore", origin: link.origin },
    ...{ fields: one.fields, sent: one.sent, base: one.base, conflicts },
    clears: one.emptied.length > 0,
    ...(taken !== undefined && { inward: taken }),
  });
  return isProblem(inward)
    ? withProblem(
        revival(mergeOf({ ...back, inward: false }), undefined),
        inward,
      )
    : revival(merged, inward);
}

function compare(
  input: Case<LinkView, "in", "present">,
  closed: boolean,
): Action {
  const merged = mergeOf(input);
  const inward = inwardOf(input, merged);
  if (!isProblem(inward))
    return unclear(input, agree(input, merged, inward, closed));
  // What goes there still goes, and what is agreed is remembered; what cannot come in waits until somebody corrects it.
  const stays = mergeOf({ ...input, inward: false });
  const outward = agree(input, stays, undefined, closed);
  return outward.do === "nothing"
    ? { do: "set-aside", cell: "not-importable", problem: inward }
    : withProblem(outward, inward);
}

function agree(
  input: Case<LinkView, "in", "present">,
  merged: Merged,
  inward: Inward | undefined,
  closed: boolean,
): Action {
  const { link, item } = input;
  const cell = cellOf(merged, input);
  // With a change of theirs still to come in, the old version stays remembered, so that a listing shows it again.
  const settled = merged.pending.length === 0;
  const known =
    link.lost === undefined &&
    !unseen(input) &&
    !closed &&
    sameForm(merged.base, link.base) &&
    (!settled || item.version === link.itemVersion);
  const moved = merged.sent.length + merged.received.length > 0;
  if (!moved && known) return { do: "nothing", cell };
  const version = settled ? item.version : (link.itemVersion ?? item.version);
  const told = versioned({ cell, origin: link.origin }, version);
  return exchange(merged, inward, told);
}

/**
 * R50: a loss there never reaches ams; the next change in ams restores the item, unless its user wants it to stay away.
 * After a write that nobody remembers it may have been our own delete of a record that has come back.
 */
export function lost(input: Case<LinkView, "in", "absent">): Action {
  const { link, record, sent, fieldNames } = input;
  if (link.lost === "left") return { do: "nothing", cell: "lost-left" };
  if (sent || !sameFields(record.fields, link.base, fieldNames))
    return create("restore")(input);
  return { do: link.lost ? "nothing" : "lose", cell: "lost-there" };
}

const mergeOf = (input: Both): Merged =>
  merge({
    ...input,
    record: input.record.fields,
    item: input.item.fields,
    base: baseOf(input),
    holds: input.type && fieldsOfType(input.type),
  });

/** What came in unremembered was agreed on: a later change there is one of that side alone. */
function baseOf({ link, record, taken = [] }: Both): Fields {
  const base: Fields = link?.base ?? {};
  return taken.length === 0
    ? base
    : { ...base, ...formOf(record.fields, taken) };
}

const formOf = (fields: Fields, names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, fields[name]])) as Fields;

function cellOf(
  { conflicts, sent, received, pending }: Merged,
  { policy, record, link }: Case<LinkView, "in", "present">,
): CellName {
  const kept = pending.some((name) => record.fields[name] !== link.base[name]);
  if (conflicts.length > 0 || kept) return `conflict-${policy}`;
  if (sent.length > 0)
    return received.length > 0 ? "changed-both" : "changed-here";
  return received.length + pending.length > 0 ? "changed-there" : "agreed";
}

function exchange(
  { fields, base, sent, emptied, conflicts }: Merged,
  inward: Inward | undefined,
  told: Told,
): Action {
  const clears = emptied.length > 0;
  const { cell, origin } = told;
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
  return versioned({ do: "take", inward, ...agreement }, told.itemVersion);
}

/** What comes into ams, or why ams could not hold it. */
function inwardOf(
  { type }: Both,
  { received, record }: Merged,
): Inward | Problem | undefined {
  if (received.length === 0) return undefined;
  if (type === undefined) return { fields: record, received };
  const fields = pickFields(record, fieldsOfType(type));
  // The types of what is in `fields` follow from the record's own.
  return formProblem({ type, fields } as Canonical) ?? { fields, received };
}

const isProblem = (inward: Inward | Problem | undefined): inward is Problem =>
  inward !== undefined && "code" in inward;

/** Which of several values took the place of the agreed one, nobody can tell: ams keeps its own, and its user hears of it. */
function unclear({ item, inward, fieldNames }: Both, action: Action): Action {
  const sent = action.do === "update" ? action.sent : [];
  const field = item.unclear?.find(
    (name) => fieldNames.includes(name) && !sent.includes(name),
  );
  if (field === undefined || inward !== true) return action;
  const problem = { code: "several-values", field, where: "item" } as const;
  return action.do === "nothing"
    ? { do: "set-aside", cell: "several-values", problem }
    : withProblem(action, problem);
}

/** Remembered without a version: else the item would count as known, and nobody would hear of the problem again. */
const withProblem = (action: Action, problem: Problem): Action => {
  if (action.do === "update") return { ...action, problem };
  if (action.do !== "link" && action.do !== "take") return action;
  const { itemVersion: _, ...rest } = action;
  return { ...rest, problem };
};

const versioned = <T>(
  told: T,
  itemVersion: string | undefined,
): T & { readonly itemVersion?: string } => ({
  ...told,
  ...(itemVersion !== undefined && { itemVersion }),
});

const sameForm = (a: Fields, b: Fields): boolean =>
  sameFields(a, b, new Set([...Object.keys(a), ...Object.keys(b)]));
