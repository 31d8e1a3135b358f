import { generateBrokerage, type GeneratedBrokerage } from "@ams-sync/ams";
import {
  AccountServiceDefinition,
  SettingsServiceDefinition,
} from "@ams-sync/contracts";
import { grpcClient, type GrpcClient } from "@ams-sync/platform";
import { startStack, type Stack, type StackOptions } from "@ams-sync/stack";
import { waitFor } from "@ams-sync/testing";
import { Client } from "pg";
import { connectUser, type ConnectedUser } from "./connect-users.js";
import type { DavLogin } from "./dav-reader.js";
import { progressOf } from "./progress.js";
import { verifyUser, type Verified } from "./verify.js";

export type BrokerageSize = Omit<
  Parameters<typeof generateBrokerage>[0],
  "url" | "name" | "now"
>;

export interface OfficeOptions {
  readonly stack: StackOptions;
  readonly brokerage: BrokerageSize;
}

/** All services, and a brokerage in ams whose users can be connected to DAV servers. */
export interface Office {
  readonly stack: Stack;
  readonly brokerage: GeneratedBrokerage;
  readonly tenantId: string;
  /** Owner's session in the ams database, bound to the brokerage. */
  readonly ams: Client;
  readonly accounts: GrpcClient<typeof AccountServiceDefinition>;
  readonly settings: GrpcClient<typeof SettingsServiceDefinition>;
  /** Saves a cloud account for the user at `index`, as the console would. */
  connect(index: number, login: DavLogin): Promise<ConnectedUser>;
  /** Until every account has taken in and worked on everything; throws after the time with what the accounts say. */
  quiet(timeoutMs?: number): Promise<void>;
  /** Reads the user's collections back and holds them against what SQL says should be there. */
  verify(user: ConnectedUser): Promise<Verified>;
  stop(): Promise<void>;
}

/** Starts it; what was started is stopped if anything fails. */
export async function openOffice(options: OfficeOptions): Promise<Office> {
  const stack = await startStack(options.stack);
  try {
    const office = await moveIn(stack, options.brokerage);
    const stop = async (): Promise<void> => {
      await office.stop();
      await stack.stop();
    };
    return { ...office, stop };
  } catch (error) {
    await stack.stop();
    throw error;
  }
}

/** One more brokerage in a running stack, in one of its ams databases (default: the first); `stop` leaves the stack running. */
export async function moveIn(
  stack: Stack,
  size: BrokerageSize,
  source?: string,
): Promise<Office> {
  const url =
    source === undefined ? stack.amsAdminUrl : stack.amsAdminUrls[source];
  if (url === undefined)
    throw new Error(`The stack has no ams database "${source}".`);
  const brokerage = await generateBrokerage({
    ...size,
    url,
    name: "Prüfmakler",
    now: new Date(),
  });
  const { tenantId } = brokerage;
  const ams = new Client({ connectionString: url });
  // A test that restarts the server connects anew.
  ams.on("error", () => undefined);
  await ams.connect();
  await ams.query("select set_config('app.tenant_id', $1, false)", [tenantId]);
  const accounts = grpcClient(AccountServiceDefinition, {
    address: stack.grpc.state,
    audience: "state",
    keys: stack.keys,
  });
  const settings = grpcClient(SettingsServiceDefinition, {
    address: stack.grpc.settings,
    audience: "settings",
    keys: stack.keys,
  });
  let connected = 0;
  return {
    stack,
    brokerage,
    tenantId,
    ams,
    accounts,
    settings,
    connect: async (index, login) => {
      const user = brokerage.users[index];
      if (!user) throw new Error(`The brokerage has no user ${index}.`);
      const { userId, firstName, lastName } = user;
      const name = `${firstName} ${lastName}`;
      connected += 1;
      return connectUser(settings, tenantId, { userId, name }, login);
    },
    quiet: async (timeoutMs = 120_000) => {
      let trouble: readonly string[] = [];
      const finished = async (): Promise<boolean> => {
        const { accounts: all } = await accounts.listAccounts({ tenantId });
        const progress = progressOf(all);
        trouble = progress.trouble;
        return all.length === connected && progress.finished;
      };
      try {
        await waitFor(finished, {
          what: "all accounts to be synchronised",
          timeoutMs,
          everyMs: 50,
        });
      } catch (error) {
        throw new Error(
          `${error instanceof Error ? error.message : String(error)} ${trouble.join(" ")}`,
          { cause: error },
        );
      }
    },
    verify: (user) => verifyUser(ams, tenantId, user),
    stop: async () => {
      accounts.close();
      settings.close();
      await ams.end();
    },
  };
}
