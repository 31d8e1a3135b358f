import { randomUUID } from "node:crypto";
import {
  ConflictPolicy,
  SaveAccountRequest,
  System,
  type SettingsServiceDefinition,
} from "@ams-sync/contracts";
import type { GrpcClient } from "@ams-sync/platform";
import type { DavLogin } from "./dav-reader.js";

/** One user of the brokerage and the cloud login that the demo gave them. */
export interface ConnectedUser {
  readonly userId: string;
  readonly name: string;
  readonly accountId: string;
  readonly login: DavLogin;
}

/** Saves a cloud account for contacts and appointments, as the console would. */
export async function connectUser(
  settings: GrpcClient<typeof SettingsServiceDefinition>,
  tenantId: string,
  user: { readonly userId: string; readonly name: string },
  login: DavLogin,
): Promise<ConnectedUser> {
  const accountId = await saveAccount(settings, tenantId, user.userId, {
    ...{ system: System.CLOUD, serverUrl: login.url },
    ...{ username: login.username, password: login.password },
  });
  return { ...user, accountId, login };
}

export interface SavedLogin {
  readonly system: System;
  readonly serverUrl: string;
  readonly username: string;
  readonly password: string;
}

/** For contacts and appointments, as the console would. @returns the new account's id */
export async function saveAccount(
  settings: GrpcClient<typeof SettingsServiceDefinition>,
  tenantId: string,
  userId: string,
  { password, ...login }: SavedLogin,
): Promise<string> {
  const accountId = randomUUID();
  await settings.saveAccount(
    SaveAccountRequest.fromPartial({
      account: {
        account: { tenantId, accountId },
        ...{ userId, ...login },
        policy: ConflictPolicy.AMS_WINS,
        contacts: { customers: true, birthday: true },
        appointments: {},
      },
      password,
    }),
  );
  return accountId;
}
