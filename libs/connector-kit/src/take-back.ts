import {
  fieldsOfType,
  formProblem,
  pickFields,
  sentFields,
  togetherWith,
} from "@ams-sync/sync-core";
import type {
  Canonical,
  Fields,
  SyncOptions,
  TakeBack,
} from "@ams-sync/sync-core";
import { aside, settle } from "./done.js";
import type { Done } from "./done.js";
import { fetchEach } from "./fetch-each.js";
import { intoAms } from "./into-ams.js";
import type { StreamPort } from "./port.js";
import type { RunContext } from "./run-context.js";
import type { StreamState } from "./run-state.js";
import { REJECTED_RETRY_MS } from "./what-next.js";
import { placeOf, see } from "./work.js";
import type { Work } from "./work.js";

/**
 * What people have taken back is in ams before anything is planned. A wish whose stream has to stop waits in its entry:
 * planned without it the record would count as agreed, and the wish as done.
 * @returns those that go on
 * @throws LeaseLost, ServiceFailed, AmsAway
 */
export const takenBack = async (
  context: RunContext,
  stream: StreamState,
  port: StreamPort,
  works: readonly Work[],
  slice: {
    readonly isOver: () => boolean;
    readonly finish: (through: Done, work: Work) => void;
  },
): Promise<readonly Work[]> => {
  const { options } = context.account;
  const wished = works.filter((work) => wantedOf(work, options).length > 0);
  const waiting = new Set(wished);
  const read = await look(context, stream, port, wished);
  for (const work of wished) {
    if (!read || slice.isOver()) break;
    const error = read.get(work);
    const through = error
      ? aside(work.entry, error, REJECTED_RETRY_MS)
      : await takeBack(context, port, work);
    if (through) slice.finish(through, work);
    else waiting.delete(work);
  }
  return works.filter((work) => !waiting.has(work));
};

/**
 * What somebody has entered there since is newer than the wish, and only the item itself tells.
 * @returns why items cannot be read; undefined where the stream or the run has to stop
 */
const look = async (
  context: RunContext,
  stream: StreamState,
  port: StreamPort,
  works: readonly Work[],
) => {
  const placed = works.flatMap((work) => {
    const at = work.item.state === "unread" ? placeOf(port, work) : undefined;
    return at === undefined ? [] : [{ work, at }];
  });
  const ids = [...new Set(placed.map(({ at }) => at))];
  const found = await fetchEach(context, stream, port, ids);
  if (found.stopped) return undefined;
  const { items, refused } = found;
  for (const { work, at } of placed)
    if (!refused.has(at)) see(work, port, items.get(at));
  return new Map(placed.map(({ work, at }) => [work, refused.get(at)]));
};

/**
 * The value that a conflict's loser had goes into ams, and from there like any change of ams to the item. Only where
 * both sides still have the winner's: whatever was changed since is newer than the wish. A run that dies after the
 * write finds another value in ams and has nothing left to do but to send it.
 * @returns why the entry waits, where it does
 */
const takeBack = async (
  context: RunContext,
  port: StreamPort,
  work: Work,
): Promise<Done | undefined> => {
  for (;;) {
    const wanted = wantedOf(work, context.account.options);
    if (wanted.length === 0 || work.record.state !== "in") return undefined;
    const { type } = work;
    const values = Object.fromEntries(
      wanted.map(({ field, lost }) => [field, lost]),
    );
    const fields: Fields = pickFields(
      { ...work.record.fields, ...values } as Fields,
      fieldsOfType(type),
    );
    const problem = formProblem({ type, fields } as Canonical);
    if (problem)
      return settle(
        work,
        { do: "set-aside", cell: "not-importable", problem },
        context.run.account.tenantId,
      );
    const received = wanted.map(({ field }) => field);
    const taken = await intoAms(context, port, work, { fields, received });
    // "again": the record is not as it was read, so it is asked anew whether the wish stands.
    if (taken !== "again") return taken === "taken" ? undefined : taken;
  }
};

/** What the options do not send nobody has compared since: it is not known whether the wish stands. */
const wantedOf = (
  { entry, record, item, link, inward, type }: Work,
  options: SyncOptions,
): readonly TakeBack[] => {
  if (!entry.takeBack || !inward || !link || link.lost) return [];
  if (record.state !== "in") return [];
  const held: readonly string[] = fieldsOfType(type);
  const sent = sentFields(entry.kind, options);
  // Of what was cancelled, or is no longer there, the next change of its record decides.
  const there = item.state === "unread" ? link.base : fieldsThere(item);
  if (there === undefined) return [];
  const passed = entry.takeBack
    .filter(
      ({ field, kept }) =>
        !held.includes(field) ||
        !sent.includes(field) ||
        [record.fields, link.base, there].some((form) => form[field] !== kept),
    )
    .map(({ field }) => field);
  // A part of an address, or of when something takes place, would make one that never was.
  return entry.takeBack.filter(
    ({ field }) => !togetherWith(field).some((name) => passed.includes(name)),
  );
};

const fieldsThere = (item: Work["item"]) =>
  item.state === "present" && !item.cancelled ? item.fields : undefined;
