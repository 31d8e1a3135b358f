import type { Action } from "@ams-sync/sync-core";
import type { AmsWrites } from "./ams-writes.js";
import { done, settle } from "./done.js";
import type { Done } from "./done.js";
import { clearedBy, removalOf } from "./exchange.js";
import type { Foreign } from "./fate.js";
import type { ReadPort, StreamPort } from "./port.js";
import type { RunContext } from "./run-context.js";
import type { Shown } from "./run-state.js";
import type { Work } from "./work.js";

/** The trial of a stream: the same reading and the same plans, with nothing at hand that writes. */
export const onTrial = (context: RunContext, trial: bigint): RunContext => ({
  ...context,
  trial,
  ...(context.writes && { writes: withoutWrites(context.writes, IN_AMS) }),
});

/** A caller that asks for more by a way around the types is refused all the same. */
export const readingOnly = (port: StreamPort): ReadPort =>
  withoutWrites(port, OUTSIDE);

const IN_AMS: ReadonlySet<PropertyKey> = new Set<keyof AmsWrites>([
  "change",
  "changeTogether",
  "create",
]);
const OUTSIDE: ReadonlySet<PropertyKey> = new Set<keyof StreamPort>([
  "create",
  "update",
  "delete",
  "readBack",
]);

const withoutWrites = <T extends object>(
  of: T,
  writes: ReadonlySet<PropertyKey>,
): T =>
  new Proxy(of, {
    get: (target, name) => {
      if (writes.has(name)) return refuse;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });

const refuse = () => {
  throw new Error("On trial nothing is written.");
};

/** What an action comes to on trial: shown, or where only something is remembered, that. */
export const tried = (
  { trial, run, limits }: RunContext,
  work: Work,
  action: Exclude<Action, { do: "read" }>,
): Done => {
  const shown = shownAs(work, action);
  if (shown && trial !== undefined)
    return done(
      work.entry,
      { type: "shown", number: trial, ...shown },
      { cell: action.cell, effect: false },
    );
  if (
    action.do === "create" ||
    action.do === "update" ||
    action.do === "delete"
  )
    throw new Error("What goes out is shown first.");
  return settle(work, action, run.account.tenantId, limits.backOffFirstMs);
};

/** A new record in ams. */
export const triedImport = (
  trial: bigint,
  { entry, item }: Foreign,
): { readonly through: Done } => ({
  through: done(
    entry,
    {
      ...{ type: "shown", number: trial, action: "import" },
      ...{ fields: [], conflict: false, itemId: item.id },
    },
    { cell: "import", effect: false },
  ),
});

const shownAs = (
  work: Work,
  action: Action,
): Omit<Shown, "number"> | undefined => {
  const { entry, link, current } = work;
  const { kind, recordId } = entry;
  const itemId = current?.id ?? link?.itemId;
  const of = {
    record: { kind, recordId },
    ...(itemId !== undefined && { itemId }),
  };
  const removal = removalOf(action);
  const conflict =
    (action.do === "update" ||
      action.do === "take" ||
      action.do === "delete") &&
    (action.conflicts ?? []).length > 0;
  if (removal)
    return { action: removal, fields: clearedBy(action), conflict, ...of };
  // A wish is written before anything is planned, and looked at once it is.
  if (entry.takeBack && work.record.state === "in") {
    const fields = entry.takeBack.map(({ field }) => field);
    return { action: "update", fields, conflict: false, ...of };
  }
  switch (action.do) {
    case "create":
      return { action: "create", fields: [], conflict: false, ...of };
    case "update":
    case "take":
    case "link": {
      const known = entry.link !== undefined && entry.link.itemId === itemId;
      const fields = changedBy(action);
      if (!known || !link) return { action: "adopt", fields, conflict, ...of };
      if (action.do === "link") return undefined;
      return { action: action.do, fields, conflict, ...of };
    }
    case "unlink":
      return { action: "unlink", fields: [], conflict: false, ...of };
    default:
      return undefined;
  }
};

/** Names of the fields that change on either side. */
const changedBy = (action: Action): readonly string[] => {
  if (action.do !== "update" && action.do !== "take") return [];
  const sent = action.do === "update" ? action.sent : [];
  return [...new Set([...sent, ...(action.inward?.received ?? [])])].toSorted();
};
