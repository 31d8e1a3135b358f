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
  const accountId = randomUUID();
  await settings.saveAccount(
    SaveAccountRequest.fromPartial({
      account: {
        account: { tenantId, accountId },
        userId: user.userId,
        system: System.CLOUD,
        serverUrl: login.url,
        username: login.username,
        policy: ConflictPolicy.AMS_WINS,
        contacts: { customers: true, birthday: true },
        appointments: {},
      },
      password: login.password,
    }),
  );
  return { ...user, accountId, login };
}
