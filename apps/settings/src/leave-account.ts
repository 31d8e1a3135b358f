import { Departure, type AccountRef } from "@ams-sync/contracts";
import { withTenant } from "@ams-sync/platform";
import type { DataSource, EntityManager } from "typeorm";
import { accounts, VersionMoved } from "./account.repository.js";
import type { Items } from "./account-row.js";
import { announcements } from "./announcement.repository.js";
import { audit, type Author } from "./audit/audit.repository.js";

export interface Leave {
  readonly account: AccountRef;
  readonly expectedVersion: bigint;
  readonly items: Items;
}

export type Left = "told" | "unknown" | "version";

/** Who writes that an account has ended: nobody does that by hand. */
const BY_ITSELF: Author = { userId: null, name: "ams-sync" };

/**
 * Notes that an account is to be disconnected, and that state must hear of it, in one transaction. Where nothing is to be
 * removed its password goes at once: nobody logs in any more. Told once more it is as it was; who was removing may leave the
 * rest.
 */
export const leaveAccount = (
  dataSource: DataSource,
  { account, expectedVersion, items }: Leave,
  author: Author,
): Promise<Left> =>
  withTenant(dataSource, account.tenantId, async (manager) => {
    const { accountId } = account;
    const before = await accounts.find(manager, accountId, "for update");
    if (before === undefined) return "unknown";
    const leaves = before.leaving === Departure.LEAVE;
    const removes = before.leaving === Departure.REMOVE;
    // A question that is asked again, as its answer got lost.
    if (leaves || (removes && items === "remove")) return "told";
    if (before.version !== expectedVersion) return "version";
    const version = expectedVersion + 1n;
    const stored = await accounts.leave(manager, accountId, version, items);
    if (items === "leave")
      await manager.query(
        `delete from settings.credential where account_id = $1`,
        [accountId],
      );
    await audit.write(manager, {
      ...{ author, account: stored, action: "disconnected" },
      changes: [
        { pointer: "/items", from: removes ? "remove" : null, to: items },
      ],
    });
    await announcements.note(manager, account, {
      ...{ version, credentialChanged: false, movedStreams: [] },
      preview: false,
    });
    return "told";
  }).catch((error: unknown) => {
    if (error instanceof VersionMoved) return "version";
    throw error;
  });

/** state has forgotten it. */
export const endAccount = async (
  manager: EntityManager,
  accountId: string,
): Promise<void> => {
  const account = await accounts.find(manager, accountId, "for update");
  // Another replica was faster.
  if (account === undefined) return;
  await audit.write(manager, {
    ...{ author: BY_ITSELF, account, action: "ended", changes: [] },
  });
  await accounts.end(manager, accountId);
};
