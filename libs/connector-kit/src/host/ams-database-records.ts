import type { AmsReads, AmsUserView } from "@ams-sync/ams";
import { recordKey } from "../ams-records.js";
import type { AmsRecords, AmsView, RecordRef } from "../ams-records.js";
import type { AmsSources } from "./ams-sources.js";

const ATTEMPTS = 3;

/**
 * Reads the tenant's ams database. A user whose rights or releases change while the records are read would make a customer look
 * out of scope that never was, so the user is read before and after them and both must agree.
 */
export const amsDatabaseRecords = (
  databases: Pick<AmsSources, "inTenant">,
): AmsRecords => ({
  load: (home, userId, refs) =>
    databases.inTenant(home, (reads) => load(reads, userId, refs)),
});

const load = async (
  reads: AmsReads,
  userId: string,
  refs: readonly RecordRef[],
): Promise<AmsView> => {
  let user = await reads.user(userId);
  if (refs.length === 0) return viewOf(user, new Map());
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const records = await reads.records(refs);
    const after = await reads.user(userId);
    if (same(user, after))
      return viewOf(
        after,
        new Map(
          [...records.values()].map((record) => [recordKey(record), record]),
        ),
      );
    user = after;
  }
  throw new Error(
    "The user's rights in ams changed again and again while records were read; the run is repeated.",
  );
};

/** Someone who has left must not have their items judged by rights that they no longer hold. */
const viewOf = (
  user: AmsUserView | undefined,
  records: AmsView["records"],
): AmsView => {
  if (!user?.active) return { records };
  const { timeZone } = user;
  return timeZone === undefined
    ? { zoneUnknown: true, records }
    : { user: { ...user, timeZone }, records };
};

const same = (
  before: AmsUserView | undefined,
  after: AmsUserView | undefined,
): boolean => textOf(before) === textOf(after);

const textOf = (user: AmsUserView | undefined): string =>
  JSON.stringify(user, (_key, value: unknown) =>
    value instanceof Set ? [...value].sort() : value,
  ) ?? "";
