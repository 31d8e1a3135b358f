import {
  AccountServiceDefinition,
  SettingsServiceDefinition,
} from "@ams-sync/contracts";
import type { GeneratedBrokerage } from "@ams-sync/ams";
import { grpcClient } from "@ams-sync/platform";
import { startStack, type Stack } from "@ams-sync/stack";
import { startGraph, type Graph } from "@ams-sync/testing/graph";
import { Client } from "pg";
import type { DemoArgs } from "./args.js";
import {
  cloudUsers,
  connectUsers,
  makeBrokerage,
  sizeOf,
} from "./brokerage.js";
import { showChanges } from "./changes.js";
import { openCloud, type Cloud } from "./cloud.js";
import { egressTo } from "./egress-to.js";
import {
  type ConnectedMailbox,
  type ConnectedUser,
  expectUnused,
  type Verified,
  verifyMailbox,
  verifyUser,
} from "@ams-sync/proof";
import { figuresOf, type Figures, isWhole, type Measured } from "./figures.js";
import { connectOutlook, showFromMailbox, showInMailbox } from "./outlook.js";
import { watchProgress } from "./progress.js";
import { POLLS, showWayBack } from "./way-back.js";

export interface DemoOptions {
  readonly args: DemoArgs;
  /** Folder for everything the demo keeps; the caller removes it. */
  readonly data: string;
  /** People read along here. */
  readonly out: NodeJS.WriteStream;
  readonly signal: AbortSignal;
  readonly onDeath: (text: string) => void;
}

/** The main job, shown and measured. `stop` ends what is still running. */
export interface Demo {
  readonly figures: Figures;
  readonly changes: Measured["changes"];
  readonly wayBack: Measured["wayBack"];
  readonly outlook: Measured["outlook"];
  readonly stack: Stack;
  readonly cloud: Cloud;
  readonly users: readonly ConnectedUser[];
  readonly graph: Graph;
  readonly mailbox: ConnectedMailbox;
  readonly tenantId: string;
  /** The first of its users has every right. */
  readonly brokerage: GeneratedBrokerage;
}

export type Undo = (() => Promise<void>)[];

/** Runs the demo; what it starts is put into `undo`, also where it fails half-way. */
export async function runDemo(
  { args, data, out, signal, onDeath }: DemoOptions,
  undo: Undo,
): Promise<Demo> {
  const say = (text: string): void => {
    signal.throwIfAborted();
    out.write(`${text}\n`);
  };
  // Before anything is started: a wrong password should not take a start to be found.
  for (const login of args.cloud?.logins ?? [])
    await expectUnused({ url: args.cloud?.url ?? "", ...login });
  signal.throwIfAborted();
  // Whoever tries something by hand is not judged by the rules for a program.
  const graph = await startGraph({ strict: args.once });
  undo.push(() => graph.stop());
  const stack = await startStack({
    ...{ data, say, signal, onDeath },
    ...{ console: true, outlook: graph },
    env: egressTo(args.cloud?.url, process.env),
    serviceEnv: (name, told) =>
      name === "state" ? { ...POLLS, ...told } : told,
  });
  undo.push(() => stack.stop());

  const size = sizeOf(args.customers);
  say(
    `Making a brokerage: ${size.users} users, ${size.customers} customers, ${size.appointments} appointments …`,
  );
  const brokerage = await makeBrokerage(stack.amsAdminUrl, size);
  const { tenantId } = brokerage;
  const cloud = await openCloud(
    args,
    cloudUsers(brokerage).map(({ login }) => login),
    data,
  );
  undo.push(() => cloud.stop());
  const openAms = async (): Promise<Client> => {
    const client = new Client({ connectionString: stack.amsAdminUrl });
    await client.connect();
    undo.push(() => client.end());
    await client.query("select set_config('app.tenant_id', $1, false)", [
      tenantId,
    ]);
    return client;
  };
  const ams = await openAms();

  const startedAt = performance.now();
  const settings = grpcClient(SettingsServiceDefinition, {
    address: stack.grpc.settings,
    audience: "settings",
    keys: stack.keys,
  });
  undo.push(async () => settings.close());
  const users = await connectUsers(settings, brokerage, cloud);
  const mailbox = await connectOutlook(settings, brokerage, graph);
  say(
    `Synchronising ${users.length === 1 ? "one user" : `${users.length} users`} with ${cloud.name}, and one with Outlook, which is a simulator here …`,
  );
  const accounts = grpcClient(AccountServiceDefinition, {
    address: stack.grpc.state,
    audience: "state",
    keys: stack.keys,
  });
  undo.push(async () => accounts.close());
  await watchProgress(accounts, tenantId, out, signal);
  const seconds = (performance.now() - startedAt) / 1000;

  const verifyAll = async (): Promise<Verified[]> => {
    const verified: Verified[] = [];
    for (const user of users)
      verified.push(await verifyUser(ams, tenantId, user));
    return verified;
  };
  const inMailbox = () => verifyMailbox(ams, tenantId, mailbox);
  // Both ways back wait for a poll: at the same time, each with a session of its own.
  const other = await openAms();
  say("Reading everything back from the server and from the mailbox …");
  const inCloud = await verifyAll();
  const arrived = [...inCloud, await inMailbox()];
  const [first] = inCloud;
  if (!first) throw new Error("no user is connected");
  say("Changing a customer and an appointment in ams …");
  const changes = await showChanges(ams, tenantId, first.user, first.seen);
  const there = await showInMailbox(ams, tenantId, mailbox);
  say(
    "Changing a card and an event on the server, as a telephone would, and an appointment in the mailbox …",
  );
  const { seen } = await verifyUser(ams, tenantId, first.user);
  const [wayBack, back] = await Promise.all([
    showWayBack(ams, tenantId, first.user, seen),
    showFromMailbox(other, tenantId, mailbox),
  ]);
  // Colleagues who see the same customer get the change, too.
  const { verified, inOutlook } = await untilExact(async () => ({
    verified: await verifyAll(),
    inOutlook: await inMailbox(),
  }));
  const outlook = { user: mailbox, there, back, ...inOutlook };
  const measured: Measured = {
    cloud: cloud.name,
    customers: await countOf(ams, tenantId, "customer"),
    appointments: await countOf(ams, tenantId, "appointment"),
    records: arrived.reduce(
      (sum, { contacts, appointments }) =>
        sum + contacts.seen + appointments.seen,
      0,
    ),
    seconds,
    changes,
    wayBack,
    outlook,
    verified,
  };
  return {
    figures: figuresOf(measured),
    changes,
    wayBack,
    outlook,
    ...{ stack, cloud, users, graph, mailbox },
    tenantId,
    brokerage,
  };
}

const SETTLED_WITHIN_MS = 30_000;

/** Looks again while something is still on its way. */
async function untilExact<T extends Pick<Measured, "verified"> & Inside>(
  look: () => Promise<T>,
): Promise<T> {
  const begin = performance.now();
  for (;;) {
    const now = await look();
    const exact = [...now.verified, now.inOutlook].every(isWhole);
    if (exact || performance.now() - begin > SETTLED_WITHIN_MS) return now;
  }
}

interface Inside {
  readonly inOutlook: Omit<Verified, "user">;
}

async function countOf(
  ams: Client,
  tenantId: string,
  table: "customer" | "appointment",
): Promise<number> {
  const { rows } = await ams.query<{ count: number }>(
    `select count(*)::int as count from ams.${table} where tenant_id = $1`,
    [tenantId],
  );
  return rows[0]?.count ?? 0;
}
