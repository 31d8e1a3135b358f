import {
  canonicalOf,
  pickFields,
  scope,
  sentFields,
  unsentFields,
} from "@ams-sync/sync-core";
import type { Instant, NewRecord, UserView } from "@ams-sync/sync-core";
import type { Created, MadeRecord, RemoteOrigin } from "./ams-writes.js";
import { busyInAms, done, refused } from "./done.js";
import { left, wantsOwn } from "./fate.js";
import type { Fate, Foreign } from "./fate.js";
import { recordOfUid } from "./identity.js";
import { write } from "./into-ams.js";
import { contradicts } from "./left.js";
import { linkOf } from "./link.js";
import type { ReadPort } from "./port.js";
import type { RunContext } from "./run-context.js";
import type { StreamState } from "./run-state.js";

export const importItem = async (
  context: RunContext,
  stream: StreamState,
  port: ReadPort,
  user: UserView,
  foreign: Foreign,
  record: NewRecord,
): Promise<Fate> => {
  const { home, account, counts, run } = context;
  const { backOffFirstMs } = context.limits;
  const { entry, item } = foreign;
  const make = (of: RemoteOrigin) =>
    write(context, entry, (writes) =>
      writes.create(
        ...([home, account.userId, account.options, of, record] as const),
        wantsOwn(entry) || foreign.apart ? { asked: true } : {},
      ),
    );
  const origin = originOf(run, stream, foreign);
  const first = await make(origin);
  const made = isAnother(context, foreign, first)
    ? await make({ ...origin, uid: item.id })
    : first;
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
  // What ams has put into other fields was not agreed on: it goes out.
  const base = pickFields(
    fields,
    names.filter((name) => record.fields[name] !== undefined),
  );
  const link = linkOf(
    { kind, recordId: id },
    {
      itemId: item.id,
      itemVersion: item.version,
      base,
      origin: "imported",
      zone: port.timeZone,
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

export const originOf = (
  { account: { accountId, tenantId } }: RunContext["run"],
  { kind: stream }: StreamState,
  { item: { id, uid } }: Foreign,
): RemoteOrigin => ({
  accountId,
  stream,
  // A copy of which a user wants a record of its own may have the id of another record.
  uid: uid === undefined || recordOfUid(tenantId, uid) ? id : uid,
});

/** Of a copy that has the id of an imported item a user wants another record. */
const isAnother = (
  { account }: RunContext,
  { entry, item }: Foreign,
  made: Awaited<ReturnType<typeof write<Created>>>,
): boolean => {
  if (!wantsOwn(entry) || !("value" in made)) return false;
  if (made.value.outcome !== "again") return false;
  const held = canonicalOf(made.value.record, account.options);
  return held.ok && contradicts(held.canonical, item.canonical);
};

/**
 * A customer that it may be can be the one that was made of it, by a run that died before it remembered so. Only ams
 * knows: then it is `imported`, and deleted there with its customer.
 */
export const madeOrMatched = (
  context: RunContext,
  foreign: Foreign,
  made: MadeRecord | undefined,
  id: string,
): Fate => {
  if (!made || made.elsewhere) return { ref: { kind: "customer", id } };
  if (!made.there) return left(context, foreign, "record-deleted");
  return { ref: { kind: made.kind, id: made.id }, imported: true };
};
