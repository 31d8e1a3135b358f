import { System, type SettingsServiceDefinition } from "@ams-sync/contracts";
import type { GrpcClient } from "@ams-sync/platform";
import type { Graph, OutlookUser } from "@ams-sync/testing/graph";
import { saveAccount } from "./connect-users.js";

/** One user of the brokerage and the mailbox on the simulator of Graph that the demo gave them. */
export interface ConnectedMailbox {
  readonly userId: string;
  readonly name: string;
  readonly accountId: string;
  readonly mailbox: OutlookUser;
}

/** Saves an Outlook account with the simulator's application permissions, as the console would. */
export async function connectMailbox(
  settings: GrpcClient<typeof SettingsServiceDefinition>,
  tenantId: string,
  user: { readonly userId: string; readonly name: string },
  graph: Graph,
  mailbox: OutlookUser,
): Promise<ConnectedMailbox> {
  const { clientId, secret } = graph.app;
  const accountId = await saveAccount(settings, tenantId, user.userId, {
    system: System.OUTLOOK,
    // Graph has one address for all mailboxes; where the simulator is, the connector is told.
    serverUrl: "https://graph.microsoft.com/",
    username: mailbox.address,
    password: JSON.stringify({ tenant: graph.tenant.id, clientId, secret }),
  });
  return { ...user, accountId, mailbox };
}
