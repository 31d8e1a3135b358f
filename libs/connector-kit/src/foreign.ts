import {
  arrival,
  canonicalOf,
  pickFields,
  scope,
  sentFields,
  unsentFields,
} from "@ams-sync/sync-core";
import type { Instant, Match, NewRecord, UserView } from "@ams-sync/sync-core";
import type { RecordRef } from "./ams-records.js";
import { askAms, endsRun, refusedByAms } from "./ask-ams.js";
import type { Answer } from "./ask-ams.js";
import { busyInAms, done, faulty, refused } from "./done.js";
import type { Done } from "./done.js";
import { write } from "./into-ams.js";
import { faultOf } from "./log.js";
import { leftOf } from "./left.js";
import { linkOf } from "./link.js";
import { isOwn } from "./own-container.js";
import type { Item, StreamPort } from "./port.js";
import type { RunContext } from "./run-context.js";
import type { RecordName, RemoteEntry, StreamState } from "./run-state.js";

/** An item that no link knows and that carries no id of ours. */
export interface Foreign {
  readonly entry: RemoteEntry;
  readonly item: Item;
}

export type Fate =
  /** It is this record's. */
  | { readonly ref: RecordRef; readonly imported?: true }
  /** `made`: it became this record. */
  | { readonly through: Done; readonly made?: RecordRef };

/** What becomes of foreign items, one after the other: a record, a new one, or nothing. */
export const fatesOf = async (
  context: RunContext,
  stream: StreamState,
  port: StreamPort,
  user: UserView,
  foreigns: readonly Foreign[],
): Promise<readonly (readonly [Foreign, Fate])[]> => {
  const matches = await matchesOf(context, foreigns);
  const customers = await customersOf(context, foreigns);
  const fates: (readonly [Foreign, Fate])[] = [];
  for (const foreign of foreigns) {
    if (context.troubles.stopped(stream.kind)) break;
    const match = matches.get(foreign) ?? { value: { verdict: "none" } };
    const customer = customers.get(foreign) ?? { value: undefined };
    const failed = [match, customer].find((one) => "error" in one);
    if (failed) fates.push([foreign, unanswered(context, foreign, failed)]);
    if (!("value" in match && "value" in customer)) continue;
    const known = { match: match.value, customerId: customer.value };
    const fate = await guarded(context, foreign, () =>
      fateOf(context, stream, port, user, foreign, known),
    );
    fates.push([foreign, fate]);
  }
  return fates;
};

const contactOf = ({ item: { canonical } }: Foreign) =>
  canonical.type === "appointment" ? undefined : canonical;

const matchesOf = async (
  context: RunContext,
  foreigns: readonly Foreign[],
): Promise<ReadonlyMap<Foreign, Answer<Match>>> => {
  const { writes, home, account } = context;
  if (!writes) return new Map();
  const contacts = foreigns.flatMap((one) => {
    const contact = contactOf(one);
    return contact ? [{ one, contact }] : [];
  });
  const { userId, options } = account;
  const found = await askAms(context, contacts, (some) =>
    writes.match(
      ...([home, userId, options] as const),
      some.map(({ contact }) => contact),
    ),
  );
  return byForeign(
    contacts.map(({ one }) => one),
    found,
  );
};

const byForeign = <A>(
  foreigns: readonly Foreign[],
  answers: readonly Answer<A>[],
): ReadonlyMap<Foreign, Answer<A>> =>
  new Map(
    foreigns.flatMap((one, index) => {
      const answer = answers[index];
      return answer ? [[one, answer] as const] : [];
    }),
  );

const unanswered = (
  context: RunContext,
  { entry }: Foreign,
  failed: Answer<unknown>,
): Fate => ({
  through: refusedByAms(
    ...([context, entry, "error" in failed && failed.error] as const),
    "ams answers, but it could not be asked what it knows of this item.",
  ),
});

/** One item must not take the others with it, not even where the fault is ours. */
const guarded = async (
  { log }: RunContext,
  { entry }: Foreign,
  work: () => Promise<Fate>,
): Promise<Fate> => {
  try {
    return await work();
  } catch (error) {
    if (endsRun(error)) throw error;
    log.error(
      { entry: String(entry.entryId), fault: faultOf(error) },
      "an item could not be worked on",
    );
    return { through: faulty(entry) };
  }
};

/** `ams:<customer number>`, as people write it (R23). */
const NUMBER = /^ams:\s*(.+)$/i;

const customersOf = async (
  context: RunContext,
  foreigns: readonly Foreign[],
): Promise<ReadonlyMap<Foreign, Answer<string | undefined>>> => {
  const { writes, home, account } = context;
  if (!writes) return new Map();
  const events = foreigns.filter((one) => !contactOf(one));
  const hints = events.map(({ item }) => ({
    attendees: item.attendees ?? [],
    customerNumbers: (item.categories ?? []).flatMap(
      (word) => NUMBER.exec(word.trim())?.[1]?.trim() ?? [],
    ),
  }));
  const found = await askAms(context, hints, (some) =>
    writes.customersOf(home, account.userId, some),
  );
  return byForeign(events, found);
};

/** A user's answer: a record of its own is to be made of it. */
const wantsOwn = ({ decision }: RemoteEntry): boolean =>
  decision?.answer === "create";

interface Known {
  readonly match: Match;
  readonly customerId: string | undefined;
}

const fateOf = async (
  context: RunContext,
  stream: StreamState,
  port: StreamPort,
  user: UserView,
  foreign: Foreign,
  { match, customerId }: Known,
): Promise<Fate> => {
  const { account, clock, remote } = context;
  const { entry, item } = foreign;
  const asked = wantsOwn(entry);
  if (match.verdict === "one" && !asked)
    return { ref: { kind: "customer", id: match.id } };
  const boundAt =
    remote.boundAt(stream.kind) ?? stream.boundAt ?? clock.epoch();
  const verdict = arrival(
    {
      canonical: item.canonical,
      categories: item.categories ?? [],
      confidential: item.confidential === true,
      ...(item.createdAt !== undefined && { createdAt: item.createdAt }),
      ...(item.changedAt !== undefined && { changedAt: item.changedAt }),
      ...(entry.appearedAt !== undefined && {
        appearedAt: entry.appearedAt as Instant,
      }),
    },
    {
      user,
      options: account.options,
      ownContainer: isOwn(context, stream, port),
      boundAt: boundAt as Instant,
      judgedAt: entry.judgedAt as Instant,
      match,
      ...(customerId !== undefined && { customerId }),
      ...(asked && { asked: true as const }),
    },
  );
  if (verdict.verdict === "import")
    return importItem(context, stream, port, user, foreign, verdict.record);
  return left(context, foreign, verdict.reason, verdict.candidates);
};

export const left = (
  { run }: Pick<RunContext, "run">,
  { entry, item }: Foreign,
  reason: Parameters<typeof leftOf>[0],
  candidates: readonly string[] = [],
  copyOf?: RecordName,
): { readonly through: Done } => {
  const kind =
    item.canonical.type === "appointment" ? "appointment" : "customer";
  const records = candidates.map((recordId) => ({ kind, recordId }) as const);
  const { tenantId } = run.account;
  const outcome = leftOf(reason, item, tenantId, records, copyOf);
  const told = { cell: "left", effect: false } as const;
  return { through: done(entry, outcome, told) };
};

const importItem = async (
  context: RunContext,
  stream: StreamState,
  port: StreamPort,
  user: UserView,
  foreign: Foreign,
  record: NewRecord,
): Promise<Fate> => {
  const { home, account, counts, run } = context;
  const { backOffFirstMs } = context.limits;
  const { entry, item } = foreign;
  const { accountId } = run.account;
  const origin = { accountId, stream: stream.kind, uid: item.uid ?? item.id };
  const made = await write(context, entry, (writes) =>
    writes.create(
      ...([home, account.userId, account.options, origin, record] as const),
      wantsOwn(entry) ? { asked: true } : {},
    ),
  );
  if (!("value" in made)) return { through: made };
  const { value } = made;
  switch (value.outcome) {
    case "refused":
      return { through: refused(entry, value.message) };
    case "busy":
      return { through: busyInAms(entry, value.message, backOffFirstMs) };
    case "deleted":
      return left(context, foreign, "record-deleted");
    case "matched": {
      const { match } = value;
      if (match.verdict === "one")
        return { ref: { kind: record.kind, id: match.id } };
      const some = match.verdict === "several" ? match.candidates : [];
      return left(context, foreign, "ambiguous", some);
    }
  }
  const { kind, id } = value.record;
  const ref = { kind, id };
  // What was made before may have changed since, on either side: it is compared like any other.
  if (value.outcome === "again") return { ref, imported: true };
  const inScope = scope(
    value.record,
    user,
    account.options,
    entry.judgedAt as Instant,
  );
  const checked = canonicalOf(value.record, account.options);
  counts.imported += 1;
  if (!checked.ok || (!inScope.in && !inScope.gate))
    return { ...left(context, foreign, "matched-out-of-scope"), made: ref };
  const { fields } = port.normalize(checked.canonical);
  const names = sentFields(kind, account.options);
  const base = pickFields(fields, names);
  const link = linkOf(
    { kind, recordId: id },
    {
      itemId: item.id,
      itemVersion: item.version,
      base,
      origin: "imported",
      open: unsentFields(kind, account.options),
    },
  );
  return {
    through: done(
      entry,
      { type: "linked", link },
      { cell: "import", effect: true },
    ),
    made: ref,
  };
};
