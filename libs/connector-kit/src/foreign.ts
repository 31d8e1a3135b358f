import { arrival } from "@ams-sync/sync-core";
import type { Instant, LeftReason, Match, UserView } from "@ams-sync/sync-core";
import type { RecordRef } from "./ams-records.js";
import type { MadeRecord } from "./ams-writes.js";
import { askAms, endsRun, refusedByAms } from "./ask-ams.js";
import type { Answer } from "./ask-ams.js";
import { faulty } from "./done.js";
import { left, wantsOwn } from "./fate.js";
import type { Fate, Foreign } from "./fate.js";
import { recordOfUid } from "./identity.js";
import { importItem, madeOrMatched, originOf } from "./import-item.js";
import { faultOf } from "./log.js";
import { ownAddresses } from "./own-addresses.js";
import { isOwn } from "./own-container.js";
import type { ReadPort } from "./port.js";
import type { RunContext } from "./run-context.js";
import type { StreamState } from "./run-state.js";
import { triedImport } from "./trial.js";

/** What becomes of foreign items, one after the other: a record, a new one, or nothing. */
export const fatesOf = async (
  context: RunContext,
  stream: StreamState,
  port: ReadPort,
  user: UserView,
  foreigns: readonly Foreign[],
): Promise<readonly (readonly [Foreign, Fate])[]> => {
  const matches = await matchesOf(context, foreigns);
  const own = ownAddresses(context, port, user);
  const customers = await customersOf(context, foreigns, own);
  const made = await madeOf(context, stream, foreigns);
  const fates: (readonly [Foreign, Fate])[] = [];
  for (const foreign of foreigns) {
    if (context.troubles.stopped(stream.kind)) break;
    const match = matches.get(foreign) ?? { value: { verdict: "none" } };
    const customer = customers.get(foreign) ?? { value: undefined };
    const origin = made.get(foreign) ?? { value: undefined };
    const failed = [match, customer, origin].find((one) => "error" in one);
    if (failed) fates.push([foreign, unanswered(context, foreign, failed)]);
    if (!("value" in match && "value" in customer && "value" in origin))
      continue;
    const known = {
      ...{ match: match.value, customerId: customer.value },
      made: origin.value,
      own,
    };
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
  own: ReadonlySet<string>,
): Promise<ReadonlyMap<Foreign, Answer<string | undefined>>> => {
  const { writes, home, account, run } = context;
  if (!writes) return new Map();
  const events = foreigns.filter((one) => !contactOf(one));
  // Who keeps the calendar is invited to most of it, and may be a customer as well.
  const hints = events.map(({ item }) => ({
    customerIds: (item.linked ?? []).flatMap((uid) => {
      const ref = recordOfUid(run.account.tenantId, uid);
      return ref?.kind === "customer" ? [ref.id] : [];
    }),
    attendees: (item.attendees ?? []).filter(
      (address) => !own.has(address.trim().toLowerCase()),
    ),
    customerNumbers: (item.categories ?? []).flatMap(
      (word) => NUMBER.exec(word.trim())?.[1]?.trim() ?? [],
    ),
  }));
  const found = await askAms(context, hints, (some) =>
    writes.customersOf(home, account.userId, some),
  );
  return byForeign(events, found);
};

const madeOf = async (
  context: RunContext,
  stream: StreamState,
  foreigns: readonly Foreign[],
): Promise<ReadonlyMap<Foreign, Answer<MadeRecord | undefined>>> => {
  const { writes, home, account, run } = context;
  if (!writes) return new Map();
  const found = await askAms(context, foreigns, (some) =>
    writes.madeOf(
      ...([home, account.userId] as const),
      some.map((one) => {
        const contact = contactOf(one);
        return { ...originOf(run, stream, one), ...(contact && { contact }) };
      }),
    ),
  );
  return byForeign(foreigns, found);
};

interface Known {
  readonly match: Match;
  readonly made: MadeRecord | undefined;
  readonly customerId: string | undefined;
  /** Addresses of the user's. */
  readonly own: ReadonlySet<string>;
}

const fateOf = async (
  context: RunContext,
  stream: StreamState,
  port: ReadPort,
  user: UserView,
  foreign: Foreign,
  { made, customerId, own, ...found }: Known,
): Promise<Fate> => {
  const { account, clock, remote } = context;
  const { entry, item } = foreign;
  const asked = wantsOwn(entry);
  const before = asked || foreign.apart ? undefined : madeBefore(made);
  const match: Match =
    made?.unsure && !foreign.apart && found.match.verdict !== "one"
      ? { verdict: "one", id: made.id }
      : found.match;
  const known =
    match.verdict === "one" && !asked && !before ? match.id : undefined;
  const boundAt =
    remote.boundAt(stream.kind) ?? stream.boundAt ?? clock.epoch();
  const verdict = arrival(
    {
      canonical: item.canonical,
      categories: item.categories ?? [],
      confidential: item.confidential === true,
      cancelled: item.cancelled === true,
      declined: (item.declined ?? []).some((address) => own.has(address)),
      ...(item.createdAt !== undefined && { createdAt: item.createdAt }),
      ...(item.changedAt !== undefined && { changedAt: item.changedAt }),
      ...(entry.appearedAt !== undefined && {
        appearedAt: entry.appearedAt as Instant,
      }),
    },
    {
      user,
      options: account.options,
      ownContainer: isOwn(port),
      needsCustomer: context.connector.appointmentsNameCustomers === true,
      boundAt: boundAt as Instant,
      judgedAt: entry.judgedAt as Instant,
      match: known === undefined && !before ? match : { verdict: "none" },
      ...(customerId !== undefined && { customerId }),
      ...(asked && { asked: true as const }),
    },
  );
  // What its user has marked so stays nobody else's business, whatever it was before.
  if (before && (verdict.verdict === "import" || !MARKED.has(verdict.reason)))
    return { ref: before, imported: true };
  if (known !== undefined)
    return verdict.verdict === "import"
      ? madeOrMatched(context, foreign, made, known)
      : { ref: { kind: "customer", id: known } };
  if (verdict.verdict === "import" && made?.elsewhere && !asked && !made.there)
    return left(context, foreign, "record-deleted");
  if (verdict.verdict === "import" && context.trial !== undefined)
    return triedImport(context.trial, foreign);
  if (verdict.verdict === "import")
    return importItem(context, stream, port, user, foreign, verdict.record);
  return left(context, foreign, verdict.reason, verdict.candidates);
};

const MARKED: ReadonlySet<LeftReason> = new Set([
  "private",
  "cancelled",
  "declined",
]);

/**
 * Who disconnects and connects again has the same items in a new account. Matching would not find an appointment without
 * a reason, or a customer of whom nothing but the name is known.
 */
const madeBefore = (made: MadeRecord | undefined): RecordRef | undefined =>
  made?.elsewhere && made.there && !made.unsure
    ? { kind: made.kind, id: made.id }
    : undefined;
