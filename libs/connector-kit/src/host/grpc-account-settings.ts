import { SettingsServiceDefinition, syncOptionsOf } from "@ams-sync/contracts";
import type { Account, ContactsOptions } from "@ams-sync/contracts";
import type { GrpcClient } from "@ams-sync/platform";
import { ClientError, Status } from "nice-grpc-common";
import type { AccountSettings, AccountView } from "../account-settings.js";
import { systemClock } from "../clock.js";
import { ConnectorError } from "../connector-error.js";
import { LeaseLost } from "../run-state.js";
import { AccountMemory } from "./account-memory.js";
import { runToWire } from "./run-wire.js";

/** settings over gRPC. */
export const grpcAccountSettings = (
  client: GrpcClient<typeof SettingsServiceDefinition>,
  remembered = new AccountMemory(systemClock),
): AccountSettings => ({
  remembered: (account) => remembered.last(account),
  account: async (account, version) => {
    const known = remembered.at(account, version);
    if (known) return known;
    const view = accountFromWire(
      await client.getAccount({ account: { ...account } }),
    );
    remembered.keep(account, view);
    return view;
  },
  renew: async (run, revision, password) => {
    const renewed = await client.renewCredential({
      ...{ ...runToWire(run), revision, password },
    });
    return renewed.revision || undefined;
  },
  credential: async (run) => {
    try {
      const { settingsVersion, ...credential } = await client.getCredential(
        runToWire(run),
      );
      return { ...credential, version: settingsVersion };
    } catch (error) {
      if (!(error instanceof ClientError)) throw error;
      // settings asked state: this run does not hold the account.
      if (error.code === Status.PERMISSION_DENIED)
        throw new LeaseLost(error.details, { cause: error });
      if (error.code === Status.NOT_FOUND)
        throw new ConnectorError(
          "auth",
          "No password is stored for this account. Enter it on the page Synchronisation.",
          { cause: error },
        );
      throw error;
    }
  },
});

export const IDEMPOTENT_SETTINGS_METHODS = [
  "getAccount",
  "getCredential",
] as const;

/** As of `syncOptionsOf`: empty says "not chosen". */
const accountFromWire = (account: Account): AccountView => ({
  userId: account.userId,
  version: account.version,
  serverUrl: account.serverUrl,
  ...(account.username && { username: account.username }),
  options: syncOptionsOf(account),
  containers: {
    ...contactsPlaces(account.contacts),
    ...(account.appointments?.container && {
      appointments: account.appointments.container,
    }),
  },
});

/** See `AccountView.containers`. */
export function contactsPlaces(
  contacts: ContactsOptions | undefined,
): Pick<AccountView["containers"], "contacts"> {
  const {
    container = "",
    companiesContainer,
    agentsContainer,
  } = contacts ?? {};
  const apart = new URLSearchParams();
  if (companiesContainer) apart.set("company", companiesContainer);
  if (agentsContainer) apart.set("agent", agentsContainer);
  const chosen = [container, ...(apart.size > 0 ? [apart.toString()] : [])];
  const text = chosen.join("?");
  return text === "" ? {} : { contacts: text };
}
