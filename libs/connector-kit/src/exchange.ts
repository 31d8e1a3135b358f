import type { Action, Conflict, Fields, Inward } from "@ams-sync/sync-core";
import { ADDRESS_FIELDS, pickFields, sentFields } from "@ams-sync/sync-core";
import { done } from "./done.js";
import type { Done } from "./done.js";
import { flipping } from "./history.js";
import { intoAms } from "./into-ams.js";
import { linkOf } from "./link.js";
import { takenIn } from "./marks.js";
import type { ReadPort } from "./port.js";
import type { RunContext } from "./run-context.js";
import type { Outcome, Removal } from "./run-state.js";
import { unsureIn } from "./work.js";
import type { Work } from "./work.js";

/** What a slice does for its works. */
export interface Hands {
  /** Stored before anything else is done; the entries stay. */
  readonly remember: (work: Work, outcome: Outcome) => Promise<void>;
  /** What is about to come into ams, where that was not told with the slice's marks. */
  readonly tellInward: (work: Work, action: Action) => Promise<void>;
  /** Asks the guard, once for each work. */
  readonly mayRemove: (work: Work, removal: Removal, action: Action) => boolean;
}

export type Planned = Exclude<Action, { do: "read" }>;

export type Effect = Extract<
  Action,
  { do: "create" | "update" | "delete" | "take" }
>;

/** Go on with this action, plan again (`undefined`), or it is through. */
type Next = { readonly go: Effect } | { readonly through: Done } | undefined;

const FLIPPING_MS = 60 * 60 * 1_000;

export const removalOf = (action: Action): Removal | undefined => {
  if (action.do === "delete") return "delete";
  const clears =
    (action.do === "update" || action.do === "take") && action.clears;
  return clears ? "clear" : undefined;
};

/** Names of the fields that an action empties on either side. */
export const clearedBy = (action: Action): readonly string[] => {
  if (action.do !== "update" && action.do !== "take") return [];
  const sent = action.do === "update" ? action.sent : [];
  const names = new Set([...sent, ...(action.inward?.received ?? [])]);
  return [...names]
    .filter((name) => !Object.hasOwn(action.base, name))
    .toSorted();
};

/** Whoever agreed to an item going agreed to less of it, but to nothing here. */
export const emptiesInAms = (action: Action): boolean => {
  if (action.do !== "update" && action.do !== "take") return false;
  const { fields, received } = action.inward ?? { fields: {}, received: [] };
  return received.some((name) => !Object.hasOwn(fields, name));
};

export const intends = ({ entry }: Work, action: Action, removal: Removal) =>
  done(
    entry,
    { type: "intend", removal, fields: clearedBy(action) },
    { cell: action.cell, effect: false },
  );

/**
 * What comes before a write outside: the guard, the journal of values that are overwritten, and what goes into ams. A
 * crash in between leaves two sides that the next comparison brings together.
 * @throws LeaseLost, ServiceFailed, AmsAway
 */
export const beforeWrite = async (
  context: RunContext,
  port: ReadPort,
  work: Work,
  action: Effect,
  hands: Hands,
): Promise<Next> => {
  const { cell } = action;
  const removal = removalOf(action);
  // A link first: while somebody is asked the record must not be made there once more.
  if (work.inward && removal === "clear" && !work.link && isExchange(action))
    return { through: reserved(context, work, action) };
  if (removal && !hands.mayRemove(work, removal, action))
    return { through: intends(work, action, removal) };
  if (!work.inward && !(work.others && action.do === "delete"))
    return { go: action };
  if (action.do === "create") return { go: action };
  const conflicts = action.conflicts ?? [];
  if (action.do === "delete") {
    // Of a create that nobody remembers: its link first, for the journal to name the item.
    if (work.inward && !work.link && conflicts.length > 0)
      return {
        through: reserved(context, work, { cell, origin: "created" }),
      };
    await journal(work, conflicts, hands);
    return { go: action };
  }
  if (!work.taken && flipping(work.history, action.base, context.clock.epoch()))
    return { through: flips(work) };
  const { inward } = action;
  if (!work.link && (work.loose || inward || conflicts.length > 0))
    return { through: reserved(context, work, action) };
  await journal(work, conflicts, hands);
  if (!inward) return { go: action };
  await hands.tellInward(work, action);
  const taken = await intoAms(context, port, work, inward);
  if (taken === "again") return undefined;
  if (taken !== "taken") return { through: taken };
  agreedOn(work, inward);
  return { go: { ...action, base: asTaken(work, inward, action.base) } };
};

/**
 * Both sides hold what came in, whatever becomes of the write there: refused, it is planned anew, and what was changed
 * there meanwhile is a change of that side alone. State still has the older form, so the item counts as unread.
 */
const agreedOn = (work: Work, inward: Inward): void => {
  const { link } = work;
  if (!link) return;
  const { itemVersion: _, ...known } = link;
  work.link = { ...known, base: asTaken(work, inward, link.base) };
};

const isExchange = (
  action: Effect,
): action is Extract<Effect, { do: "update" | "take" }> =>
  action.do === "update" || action.do === "take";

/** Agreed is what ams made of it. */
const asTaken = (work: Work, { received }: Inward, base: Fields): Fields => {
  if (work.record.state !== "in") return base;
  const { fields } = work.record;
  return filled([
    ...Object.entries(base).filter(([name]) => !received.includes(name)),
    ...received.map((name) => [name, fields[name]] as const),
  ]);
};

/**
 * The link before anything of it is written, with what both sides hold alike: whether the record has another item only
 * state can tell, and a journal needs to name the item. The entries come again with the link, or without it.
 */
export const reserved = (
  { account }: RunContext,
  work: Work,
  {
    origin,
    cell,
  }: Pick<
    Extract<Action, { do: "update" | "take" | "link" }>,
    "origin" | "cell"
  >,
): Done => {
  const { entry, record, item } = work;
  const here = record.state === "in" ? record.fields : {};
  const seen = item.state === "present" ? item.fields : {};
  // What was called off is as agreed: else the next look would take ams for changed, and bring it back.
  const there = item.state === "present" && item.cancelled ? here : seen;
  const ours = unsureIn(work);
  const alike = sentFields(entry.kind, account.options).filter(
    (name) => here[name] === there[name] || ours.includes(name),
  );
  // Two addresses are one thing until they are agreed on: what is equal of them would have the rest merged field by field.
  const asOne =
    ADDRESS_FIELDS.every((name) => alike.includes(name)) ||
    ADDRESS_FIELDS.some((name) => ours.includes(name));
  const base = filled(
    alike
      .filter((name) => asOne || !isOfAddress(name))
      .map((name) => [name, there[name]] as const),
  );
  const itemId = work.current?.id ?? "";
  return done(
    entry,
    {
      type: "linked",
      link: linkOf(entry, {
        ...{ itemId, base, origin },
        ...{ open: work.unsent, zone: work.zone },
      }),
    },
    { cell, effect: false, stay: "again" },
  );
};

const isOfAddress = (name: string): boolean =>
  (ADDRESS_FIELDS as readonly string[]).includes(name);

/** Afterwards both sides are equal, and nobody knows the value that lost. */
const journal = async (
  work: Work,
  conflicts: readonly Conflict[],
  hands: Hands,
): Promise<void> => {
  const { entry, link, journaled = new Set<string>() } = work;
  const open = conflicts.filter((one) => !journaled.has(toldOf(one)));
  if (!link || open.length === 0) return;
  const there = work.item.state === "present" ? work.item.fields : {};
  const here = work.record.state === "in" ? work.record.fields : {};
  // Marks end with what is remembered, so that it has to say itself what came in, and what is ours there.
  const came = takenIn(here, entry.unsure ?? []);
  const base = filled([
    ...Object.entries(link.base),
    ...came.map((name) => [name, here[name]] as const),
    ...unsureIn(work).map((name) => [name, there[name]] as const),
  ]);
  await hands.remember(work, {
    type: "linked",
    link: linkOf(entry, { ...link, base, zone: work.zone ?? link.zone }),
    conflicts: open,
  });
  work.link = { ...link, base };
  work.journaled = new Set([...journaled, ...open.map(toldOf)]);
};

/** A write that is refused because the item was changed once more overwrites another value than the one that was told. */
const toldOf = ({ field, ams, remote }: Conflict): string =>
  JSON.stringify([field, ams ?? null, remote ?? null]);

/** Without empty ones, in a fixed order. */
const filled = (
  entries: readonly (readonly [string, string | undefined])[],
): Fields =>
  pickFields(
    Object.fromEntries(entries),
    entries.map(([name]) => name),
  );

const flips = ({ entry }: Work): Done =>
  done(
    entry,
    {
      type: "set-aside",
      code: "flipping",
      message:
        "Two programs undo each other's changes of this item. It is left alone for an hour; find the other program that writes it.",
      retryInMs: FLIPPING_MS,
    },
    { count: "setAside", cell: "flipping", effect: false },
  );
