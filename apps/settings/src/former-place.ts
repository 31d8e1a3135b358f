import { randomUUID } from "node:crypto";
import type { Account } from "@ams-sync/contracts";
import type { StreamKind } from "@ams-sync/sync-core";
import type { EntityManager } from "typeorm";
import { accounts } from "./account.repository.js";
import type { AccountInput } from "./account-input.js";
import {
  announcements,
  type Announcement,
  type FormerPlace,
} from "./announcement.repository.js";
import { audit, type Author } from "./audit/audit.repository.js";
import type { CredentialVault } from "./credential-vault.js";
import { logsInElsewhere, partingStreams } from "./moved-streams.js";

/**
 * The places that an account is about to leave become an account of their own that is being disconnected: what ams put
 * there is removed with the login of now, however long that server takes, while the account begins in its new place.
 * @returns undefined where nothing leaves its place
 */
export const partWithPlaces = async (
  manager: EntityManager,
  vault: CredentialVault,
  before: Account,
  after: AccountInput["account"],
  newPassword: string,
  author: Author,
): Promise<FormerPlace | undefined> => {
  const { tenantId, accountId: from } = after.account;
  const untold = await announcements.of(manager, after.account);
  const streams = partingStreams(before, after).filter(
    (stream) => !isElsewhere(untold, stream),
  );
  if (streams.length === 0) return undefined;
  const accountId = randomUUID();
  const former = { tenantId, accountId };
  const account = await accounts.partAs(manager, from, accountId, streams);
  // A new password for the same login opens the old place, too; one for another login is never sent there.
  if (newPassword !== "" && !logsInElsewhere(before, after))
    await vault.put(manager, former, newPassword);
  else await vault.copy(manager, after.account, former);
  await audit.write(manager, {
    ...{ author, account, action: "disconnected" },
    changes: [{ pointer: "/items", from: null, to: "remove" }],
  });
  await announcements.note(
    manager,
    former,
    {
      ...{ version: account.version, credentialChanged: false },
      ...{ movedStreams: [], preview: false },
    },
    from,
  );
  return { accountId, streams };
};

/**
 * State has yet to hear that the stream left an older place, where all was to be left: nothing was put at the one that it
 * leaves now, and whoever took over what state knows would remove what was left. What was to be removed has its account.
 */
const isElsewhere = (
  untold: Announcement | undefined,
  stream: StreamKind,
): boolean =>
  untold !== undefined &&
  untold.movedStreams.includes(stream) &&
  !untold.formerPlaces?.some(({ streams }) => streams.includes(stream));
