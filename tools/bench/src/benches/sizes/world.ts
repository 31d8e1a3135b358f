import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { generateBrokerage, migrateAms } from "@ams-sync/ams";
import {
  AccountServiceDefinition,
  SettingsServiceDefinition,
} from "@ams-sync/contracts";
import { grpcClient, logger } from "@ams-sync/platform";
import { connectUser, progressOf } from "@ams-sync/proof";
import { startStack, type Stack } from "@ams-sync/stack";
import {
  startDavSink,
  startPostgres,
  waitFor,
  type DavSink,
} from "@ams-sync/testing";
import { Client } from "pg";
import type { BenchContext } from "../../bench.js";

/** A brokerage of one user that was there before ams-sync, all services, and a server that only counts. */
export interface World {
  readonly stack: Stack;
  readonly sink: DavSink;
  /** Superusers' sessions; that in ams is bound to the brokerage. */
  readonly ams: Client;
  readonly own: Client;
  readonly login: {
    readonly url: string;
    readonly username: string;
    readonly password: string;
  };
  /** Change-capture's, from making its slot to the last record in state's feed. */
  readonly snapshotSeconds: number;
  /** Saves the user's account: the first transfer begins. */
  connect(): Promise<void>;
  /** Until all is taken in and worked on. */
  quiet(): Promise<void>;
  stop(): Promise<void>;
}

const LOGIN = { username: "anna", password: "geheim" };
const TOO_LONG_MS = 1_800_000;
/** Asking costs state a count of the inbox. */
const ASK_EVERY_MS = 500;

export async function openWorld(
  context: BenchContext,
  records: number,
): Promise<World> {
  const undo: (() => Promise<unknown>)[] = [];
  let stopped = false;
  const stop = async (): Promise<void> => {
    if (stopped) return;
    stopped = true;
    for (const step of undo.toReversed()) await step();
  };
  // For the case that something fails; the next size does not wait for it.
  context.undo(stop);
  const folder = join(context.data, `sizes-${crypto.randomUUID()}`);
  // As in production.
  const postgres = await startPostgres({
    settings: { fsync: "on", full_page_writes: "on", shared_buffers: "128MB" },
  });
  undo.push(() => postgres.stop());
  const amsUrl = await postgres.createDatabase("ams");
  const ownUrl = await postgres.createDatabase("ams_sync");
  // Standard output is for the results.
  await migrateAms(amsUrl, logger("ams-migrate", process.stderr));
  const { tenantId, users } = await generateBrokerage({
    url: amsUrl,
    name: "Maklerhaus Groß",
    seed: 7,
    users: 1,
    customers: records,
    appointments: 0,
    companies: 0,
    agents: 0,
    // Every customer is to be carried.
    agentRelease: false,
    now: new Date(),
  });
  const session = async (url: string): Promise<Client> => {
    const client = new Client({ connectionString: url });
    client.on("error", () => undefined);
    await client.connect();
    undo.push(() => client.end());
    return client;
  };
  const ams = await session(amsUrl);
  await ams.query("select set_config('app.tenant_id', $1, false)", [tenantId]);
  await ams.query("vacuum (analyze) ams.customer");
  const sink = await startDavSink();
  undo.push(() => sink.stop());

  const stack = await startStack({
    data: folder,
    amsDatabaseUrl: amsUrl,
    databaseUrl: ownUrl,
    signal: context.signal,
  });
  undo.push(() => stack.stop());
  const own = await session(ownUrl);
  const snapshotSeconds = await snapshotTime(stack, context);

  const accounts = grpcClient(AccountServiceDefinition, {
    address: stack.grpc.state,
    audience: "state",
    keys: stack.keys,
  });
  undo.push(async () => accounts.close());
  const login = { url: sink.url, ...LOGIN };
  return {
    ...{ stack, sink, ams, own, login, snapshotSeconds, stop },
    connect: async () => {
      const settings = grpcClient(SettingsServiceDefinition, {
        address: stack.grpc.settings,
        audience: "settings",
        keys: stack.keys,
      });
      const [user] = users;
      if (user === undefined) throw new Error("The brokerage has no user.");
      const { userId, lastName: name } = user;
      await connectUser(settings, tenantId, { userId, name }, login);
      settings.close();
    },
    quiet: async () => {
      await waitFor(
        async () => {
          context.signal.throwIfAborted();
          const all = await accounts.listAccounts({ tenantId });
          const { finished, trouble } = progressOf(all.accounts);
          if (trouble.length > 0) throw new Error(trouble.join(" "));
          return finished;
        },
        {
          what: `${records} records to be synchronised`,
          timeoutMs: TOO_LONG_MS,
          everyMs: ASK_EVERY_MS,
        },
      );
    },
  };
}

/** As change-capture tells it, with the slot that it makes first. */
async function snapshotTime(
  stack: Stack,
  { signal }: BenchContext,
): Promise<number> {
  const { logFile } = stack.service("change-capture");
  return waitFor(
    async () => {
      signal.throwIfAborted();
      const log = await readFile(logFile, "utf8");
      const [, ms] = /"ms":(\d+),"msg":"all of ams is read/.exec(log) ?? [];
      return ms === undefined ? undefined : Number(ms) / 1000;
    },
    { what: "the snapshot of ams", timeoutMs: TOO_LONG_MS, everyMs: 100 },
  );
}
