import {
  AccountServiceDefinition,
  SettingsServiceDefinition,
} from "@ams-sync/contracts";
import { generateBrokerage, type GeneratedBrokerage } from "@ams-sync/ams";
import { grpcClient } from "@ams-sync/platform";
import { startStack, type Stack } from "@ams-sync/stack";
import { Client } from "pg";
import type { DemoArgs } from "./args.js";
import { showChanges } from "./changes.js";
import { openCloud, type Cloud } from "./cloud.js";
import { egressTo } from "./egress-to.js";
import {
  type ConnectedUser,
  connectUser,
  expectUnused,
  isExact,
  type Verified,
  verifyUser,
} from "@ams-sync/proof";
import { figuresOf, type Figures, type Measured } from "./figures.js";
import { watchProgress } from "./progress.js";
import { POLLS, showWayBack } from "./way-back.js";

export const SIZE = { users: 3, customers: 500, appointments: 300 };

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
  readonly stack: Stack;
  readonly cloud: Cloud;
  readonly users: readonly ConnectedUser[];
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
  const stack = await startStack({
    ...{ data, say, signal, onDeath },
    console: true,
    env: egressTo(args.cloud?.url, process.env),
    serviceEnv: (name, told) =>
      name === "state" ? { ...POLLS, ...told } : told,
  });
  undo.push(() => stack.stop());

  say(
    `Making a brokerage: ${SIZE.users} users, ${SIZE.customers} customers, ${SIZE.appointments} appointments …`,
  );
  const brokerage = await makeBrokerage(stack.amsAdminUrl);
  const { tenantId } = brokerage;
  const cloud = await openCloud(
    args,
    brokerage.users.map(({ login }) => login),
    data,
  );
  undo.push(() => cloud.stop());
  const ams = new Client({ connectionString: stack.amsAdminUrl });
  await ams.connect();
  undo.push(() => ams.end());
  await ams.query("select set_config('app.tenant_id', $1, false)", [tenantId]);

  const startedAt = performance.now();
  const users = await connectUsers(stack, brokerage, cloud);
  say(
    `Synchronising ${users.length === 1 ? "one user" : `${users.length} users`} with ${cloud.name} …`,
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
  say("Reading everything back from the server …");
  const arrived = await verifyAll();
  const [first] = arrived;
  if (!first) throw new Error("no user is connected");
  say("Changing a customer and an appointment in ams …");
  const changes = await showChanges(ams, tenantId, first.user, first.seen);
  say("Changing a card and an event on the server, as a telephone would …");
  const { seen } = await verifyUser(ams, tenantId, first.user);
  const wayBack = await showWayBack(ams, tenantId, first.user, seen);
  // Colleagues who see the same customer get the change, too.
  const verified = await untilExact(verifyAll);
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
    verified,
  };
  return {
    figures: figuresOf(measured),
    changes,
    wayBack,
    stack,
    cloud,
    users,
    tenantId,
    brokerage,
  };
}

const SETTLED_WITHIN_MS = 30_000;

/** Looks again while something is still on its way. */
async function untilExact(
  look: () => Promise<readonly Verified[]>,
): Promise<readonly Verified[]> {
  const begin = performance.now();
  for (;;) {
    const verified = await look();
    const exact = verified.every(
      ({ contacts, appointments }) =>
        isExact(contacts) && isExact(appointments),
    );
    if (exact || performance.now() - begin > SETTLED_WITHIN_MS) return verified;
  }
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

const makeBrokerage = (url: string): Promise<GeneratedBrokerage> =>
  generateBrokerage({
    url,
    seed: 2026,
    name: "Maklerbüro Müller-Lüdenscheidt & Söhne",
    now: new Date(),
    companies: 20,
    agents: 6,
    ...SIZE,
  });

async function connectUsers(
  stack: Stack,
  brokerage: GeneratedBrokerage,
  cloud: Cloud,
): Promise<ConnectedUser[]> {
  const settings = grpcClient(SettingsServiceDefinition, {
    address: stack.grpc.settings,
    audience: "settings",
    keys: stack.keys,
  });
  const users: ConnectedUser[] = [];
  for (const [index, login] of cloud.logins.entries()) {
    const user = brokerage.users[index];
    if (!user) break;
    const name = `${user.firstName} ${user.lastName}`;
    users.push(
      await connectUser(
        settings,
        brokerage.tenantId,
        { userId: user.userId, name },
        login,
      ),
    );
  }
  settings.close();
  return users;
}
