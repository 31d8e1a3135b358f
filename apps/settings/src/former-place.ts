import { randomUUID } from "node:crypto";
import type { Account } from "@ams-sync/contracts";
import type { EntityManager } from "typeorm";
import { accounts } from "./account.repository.js";
import type { AccountInput } from "./account-input.js";
import {
  announcements,
  type FormerPlace,
  type MovedAt,
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
  const streams = partingStreams(before, after);
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
  const untold = await announcements.of(manager, after.account);
  return { accountId, streams, since: sinceOf(untold?.movedAt, streams) };
};

/**
 * State may have yet to hear that the stream came to the place that it leaves now. Whether it has when it hears of this
 * save nobody can say here; where it has not, nothing was put there, and what it knows is an older place's.
 */
const sinceOf = (
  movedAt: MovedAt = {},
  streams: FormerPlace["streams"],
): MovedAt =>
  Object.fromEntries(
    streams.flatMap((stream) =>
      movedAt[stream] === undefined ? [] : [[stream, movedAt[stream]]],
    ),
  );
