import { leftReasonText, problemText } from "@ams-sync/sync-core";
import type { Action, Problem } from "@ams-sync/sync-core";
import type { ConnectorError } from "./connector-error.js";
import { nextHistory } from "./history.js";
import { afterDelete, inFlight, mayStillArrive } from "./in-flight.js";
import { leaves } from "./leaves.js";
import { calledOff, leftOf, lostOf } from "./left.js";
import { linkOf } from "./link.js";
import type { Unread, Written } from "./port.js";
import type { Outcome, Result, RunCounts } from "./run-state.js";
import type { AmsEntry, Entry } from "./run-state.js";
import {
  BACK_OFF_FIRST_MS,
  REJECTED_RETRY_MS,
  backOffMs,
} from "./what-next.js";
import { openAfter, openIn } from "./unkept.js";
import type { Work } from "./work.js";

/** An entry that is through, for now: what state is told and what is counted. */
export interface Done {
  readonly result: Result;
  /** Missing for announcements of the other system: they are no records. */
  readonly count?: keyof RunCounts;
  /** The planner's cell, or the kit's own word where nothing was planned. */
  readonly cell: string;
  /** Something was changed, outside or in ams. */
  readonly effect: boolean;
  /**
   * The effect is remembered and the entries stay: to be worked on again in this run (`again`), or with outcomes of
   * their own, one after the other.
   */
  readonly stay?: "again" | readonly Outcome[];
  /** Which version it left behind is still to be asked. */
  readonly unread?: Unread;
}

type Write = Extract<Action, { do: "create" | "update" | "delete" }>;
type Settled = Exclude<Action, Write | { do: "read" }>;

export const done = (
  entry: Entry,
  outcome: Outcome,
  told: Omit<Done, "result">,
): Done => ({
  result: { entryId: entry.entryId, position: entry.position, outcome },
  ...told,
});

/** What needs no request any more. */
export const settle = (
  work: Work,
  action: Settled,
  tenantId: string,
  backOffFirstMs?: number,
): Done => {
  const { entry } = work;
  const { cell } = action;
  const firstMs = backOffFirstMs ?? BACK_OFF_FIRST_MS;
  if (mayStillArrive(work, action, firstMs))
    return done(entry, inFlight(entry.sentMs ?? 0, firstMs), {
      ...{ count: "setAside", cell: "sent-in-flight", effect: false },
    });
  switch (action.do) {
    case "nothing": {
      const idle = work.record.state === "in" && work.link !== undefined;
      const off = work.current?.cancelled && work.link?.lost && work.inward;
      return done(
        entry,
        off ? calledOff(work.current) : { type: "untouched" },
        { count: idle ? "unchanged" : "skipped", cell, effect: false },
      );
    }
    case "link": {
      const itemId = work.current?.id ?? work.link?.itemId ?? "";
      const adopted = work.link === undefined;
      const off = work.item.state === "present" && work.item.cancelled === true;
      return done(
        entry,
        {
          type: "linked",
          link: linkOf(entry, { ...action, itemId, ...openIn(work) }),
        },
        {
          count: adopted ? "adopted" : "unchanged",
          ...{ cell, effect: false },
          ...stays(action.problem),
          // Who looks at the account is to see it now, and nothing announces it once more.
          ...(off &&
            !adopted &&
            work.inward && { stay: [lostOf(tenantId, entry, work.current)] }),
        },
      );
    }
    case "unlink":
      return done(
        entry,
        { type: "unlinked", ...leaves(work, action, tenantId) },
        { count: "unlinked", cell, effect: false },
      );
    case "lose":
      return done(
        entry,
        work.inward
          ? lostOf(tenantId, entry, work.current)
          : { type: "untouched" },
        { count: "skipped", cell, effect: false },
      );
    case "leave":
      return done(
        entry,
        work.inward && work.announced
          ? leftOf(action.reason, work.current, tenantId)
          : { type: "untouched" },
        { count: "skipped", cell, effect: false },
      );
    case "take":
    case "import":
      throw new Error("What comes in is written first.");
    case "obstructed":
      return done(
        entry,
        {
          type: "set-aside",
          code: action.obstacle,
          message: leftReasonText(action.obstacle, "en"),
          retryInMs: REJECTED_RETRY_MS,
        },
        { count: "setAside", cell, effect: false },
      );
    case "set-aside":
      return done(entry, asideFor(action.problem), {
        ...{ count: "setAside", cell, effect: false },
      });
  }
};

/** Only a change of the record or of the item mends it, and that is announced: no attempt before. */
const asideFor = (problem: Problem): Outcome => ({
  type: "set-aside",
  code: problem.code,
  message: problemText(problem, "en"),
  retryInMs: 0,
});

const stays = (problem: Problem | undefined): Pick<Done, "stay"> =>
  problem ? { stay: [asideFor(problem)] } : {};

export const written = (
  work: Work,
  action: Extract<Action, { do: "create" | "update" | "take" }>,
  answer: Written,
  now: number,
): Done => {
  // What could not come in waits there: with its version the item would count as known.
  const waits = action.do !== "create" && action.problem !== undefined;
  const unanswered =
    action.do === "create" && (work.unanswered || work.entry.sent) === true;
  return done(
    work.entry,
    {
      type: "linked",
      link: linkOf(work.entry, {
        itemId: answer.id,
        itemVersion: waits ? undefined : answer.version,
        base: action.base,
        origin: action.origin,
        ...openAfter(work, action.base, answer),
        ...((work.inward || unanswered) && {
          history: nextHistory(work.history, action.base, now, unanswered),
        }),
      }),
      ...(action.do !== "create" && action.clears && removed(work)),
    },
    {
      ...(action.do === "create" && { count: "created" }),
      ...(action.do === "update" && { count: "updated" }),
      cell: action.cell,
      // What only came in is found again by the reading that every item gets.
      effect: action.do !== "take",
      ...(action.do !== "create" && stays(action.problem)),
    },
  );
};

const removed = ({ mayRemove }: Work) => ({
  destructive: true,
  ...(mayRemove && { unasked: true }),
});

export const deleted = (
  work: Work,
  action: Extract<Action, { do: "delete" }>,
  now: number,
  firstMs = BACK_OFF_FIRST_MS,
): Done => {
  const looks = afterDelete(work, now, firstMs);
  return done(
    work.entry,
    { type: "unlinked", ...removed(work) },
    {
      ...{ count: "deleted", cell: action.cell, effect: true },
      ...(looks.length > 0 && { stay: looks }),
    },
  );
};

/**
 * Absent in ams, and nobody told of a deletion: what removed it will announce itself. Until then a create that was begun
 * must not be forgotten, or its item would stay for ever.
 */
export const untold = (entry: AmsEntry): Done =>
  entry.sent
    ? done(
        entry,
        {
          type: "set-aside",
          code: "untold",
          message:
            "The record is no longer in ams and its deletion is not announced yet. It is looked at again by itself.",
          retryInMs: backOffMs(entry.attempts),
        },
        { count: "setAside", cell: "sent-untold", effect: false },
      )
    : done(
        entry,
        { type: "untouched" },
        { count: "skipped", cell: "untold", effect: false },
      );

/** ams answers, but not for this record: its row, not the connection, is at fault. */
export const unreadable = (entry: Entry): Done =>
  done(
    entry,
    {
      type: "set-aside",
      code: "unreadable",
      message:
        "ams answers, but this record could not be read from it. It is tried again by itself; the connector's log says more.",
      retryInMs: backOffMs(entry.attempts),
    },
    { count: "setAside", cell: "unreadable", effect: false },
  );

/** Kept with the reason that the other system gave; the rest goes on. */
export const aside = (
  entry: Entry,
  error: ConnectorError,
  retryInMs: number,
): Done =>
  done(
    entry,
    { type: "set-aside", code: error.kind, message: error.message, retryInMs },
    { count: "setAside", cell: `failed-${error.kind}`, effect: false },
  );

/** ams did not take it. */
export const refused = (entry: Entry, message: string): Done =>
  done(
    entry,
    {
      type: "set-aside",
      code: "refused-by-ams",
      message,
      retryInMs: REJECTED_RETRY_MS,
    },
    { count: "setAside", cell: "refused-by-ams", effect: false },
  );

/** Somebody holds the row in ams, or makes records in the same brokerage. */
export const busyInAms = (
  entry: Entry,
  message: string,
  backOffFirstMs?: number,
): Done =>
  done(
    entry,
    {
      type: "set-aside",
      code: "busy-in-ams",
      message,
      retryInMs: backOffMs(entry.attempts, backOffFirstMs),
    },
    { count: "setAside", cell: "busy-in-ams", effect: false },
  );

/** The kit or the core failed on this one record: its fault, not the record's, and no reason to stop the rest. */
export const faulty = (entry: Entry): Done =>
  done(
    entry,
    {
      type: "set-aside",
      code: "internal-error",
      message:
        "ams-sync failed on this record. It is tried again daily; the connector's log says more.",
      retryInMs: REJECTED_RETRY_MS,
    },
    { count: "setAside", cell: "internal-error", effect: false },
  );
