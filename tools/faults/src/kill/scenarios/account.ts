import {
  ConflictPolicy,
  SaveAccountRequest,
  System,
  type Account,
} from "@ams-sync/contracts";
import {
  connectUser,
  type ConnectedUser,
  type DavLogin,
} from "@ams-sync/proof";
import { waitFor } from "@ams-sync/testing";
import { fedRecords } from "../rest.js";
import type { Site, Size } from "../site.js";

/** A brokerage of one user whose records are in the feed, and a login that is still to be saved. */
export interface Office {
  readonly tenantId: string;
  readonly user: { readonly userId: string; readonly name: string };
  readonly login: DavLogin;
}

export async function openOffice(site: Site, size: Size): Promise<Office> {
  const { tenantId, users } = await site.brokerage(size);
  const [person] = users;
  if (!person) throw new Error("The brokerage has no user.");
  const { customers, appointments, agents } = size;
  await waitFor(
    async () =>
      (await fedRecords(site, tenantId)) === customers + appointments + agents,
    { what: "the brokerage to be captured" },
  );
  const { userId, login: name } = person;
  return { tenantId, user: { userId, name }, login: site.nextLogin() };
}

export const saveAccount = (
  site: Site,
  { tenantId, user, login }: Office,
): Promise<ConnectedUser> => connectUser(site.settings, tenantId, user, login);

export async function savedAccount(
  site: Site,
  { tenantId, user, login }: Office,
): Promise<ConnectedUser | undefined> {
  const { accounts } = await site.settings.listAccounts({ tenantId });
  const accountId = accounts[0]?.account?.accountId;
  return accountId === undefined ? undefined : { ...user, login, accountId };
}

/** Whether state knows the account and has taken in all of the feed for it. */
export async function takenIn(site: Site, tenantId: string): Promise<boolean> {
  const [row] = await site.own<{ streams: number }>(
    "select count(*)::int as streams from state.stream where tenant_id = $1 and feed_epoch is not null",
    [tenantId],
  );
  return row?.streams === 2;
}

/** The account as it is, with another day in an option that excludes nobody. */
export const otherOptions = (
  before: Account,
  editedSince: string,
  password: string,
): SaveAccountRequest =>
  SaveAccountRequest.fromPartial({
    account: {
      ...before,
      system: System.CLOUD,
      policy: ConflictPolicy.AMS_WINS,
      contacts: { ...before.contacts, editedSince },
    },
    expectedVersion: before.version,
    password,
  });
