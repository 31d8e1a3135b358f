import { AmsAway } from "../ams-records.js";
import type { AmsWrites } from "../ams-writes.js";
import type { AmsSources } from "./ams-sources.js";

/** The way into the tenant's ams database: guarded by the row's version, and once for each item. */
export const amsDatabaseWrites = (
  databases: Pick<AmsSources, "inTenant" | "write">,
): AmsWrites => ({
  change: (home, change) =>
    databases.write(home, (writes) => writes.change(home.tenantId, change)),

  changeTogether: (home, changes) =>
    databases.write(home, (writes) =>
      writes.changeTogether(home.tenantId, changes),
    ),

  match: (home, userId, options, contacts) =>
    databases.inTenant(home, async (reads) =>
      judged(await reads.match(userId, options, contacts)),
    ),

  customersOf: (home, userId, hints) =>
    databases.inTenant(home, async (reads) =>
      judged(await reads.customersOf(userId, hints)),
    ),

  madeOf: (home, userId, origins) =>
    databases.inTenant(home, (reads) => reads.madeOf(userId, origins)),

  create: (home, userId, options, origin, record, how) =>
    databases.write(home, (writes) =>
      writes.create(home.tenantId, userId, options, origin, record, how),
    ),
});

/** "Nobody" would be taken for "not in ams", and a second record made. */
const judged = <T>(found: T | undefined): T => {
  if (found !== undefined) return found;
  throw new AmsAway(
    true,
    "The user of this account ceased to be active in ams, or its brokerage to have a time zone, while the run went on. Nothing was written; the next run says what to do.",
  );
};
