import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import {
  ConflictPolicy,
  SaveAccountRequest,
  System,
} from "@ams-sync/contracts";
import {
  openOffice,
  progressOf,
  type DavLogin,
  type Office,
} from "@ams-sync/proof";
import { enqueueWakeUp, queueBackend } from "@ams-sync/platform";
import type { GraphPlace, StackOptions } from "@ams-sync/stack";
import { Client } from "pg";
import type { BenchContext } from "../bench.js";

export interface ContactsOptions {
  readonly contacts: number;
  readonly users: number;
  /** Whose customers are shown to whom depends on agents. */
  readonly agents?: number;
  /** Accounts at this Graph instead of CalDAV/CardDAV servers. */
  readonly outlook?: GraphPlace;
  /** Over the services' environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** postgresql.conf of the embedded server. */
  readonly postgresSettings?: StackOptions["postgresSettings"];
}

/** The real services and a brokerage whose users synchronise contacts and nothing else. */
export interface ContactsOffice extends Office {
  /** Owner's session in ams-sync's own database. */
  readonly own: Client;
  /** Saves the account of the user at `index`. @returns its id */
  save(index: number, login: DavLogin): Promise<string>;
  /**
   * Until state says that the account has taken in and worked on everything.
   * @returns the end of its last run, epoch ms
   */
  synchronised(accountId: string): Promise<number>;
  /** Puts the account into the connector's queue, as capture does. */
  wake(accountId: string): Promise<void>;
}

/** Nobody asks a server for changes unless the benchmark says so. */
const NEVER_MS = String(24 * 60 * 60 * 1_000);
const LOOK_MS = 20;
const END_LOOK_MS = 250;

export async function openContacts(
  { data, say, signal, undo }: BenchContext,
  {
    contacts,
    users,
    agents = 0,
    outlook,
    env = {},
    postgresSettings = {},
  }: ContactsOptions,
): Promise<ContactsOffice> {
  let queueUrl: string | undefined;
  const office = await openOffice({
    stack: {
      data: join(data, `stack-${randomUUID()}`),
      env: {
        ...process.env,
        POLL_MIN_MS: NEVER_MS,
        POLL_MAX_MS: NEVER_MS,
        ...env,
      },
      serviceEnv: (_name, told) => {
        queueUrl ??= told["QUEUE_DATABASE_URL"];
        return told;
      },
      ...(outlook !== undefined && { outlook }),
      postgresSettings,
      say,
      signal,
    },
    brokerage: {
      seed: 7,
      users,
      customers: contacts,
      appointments: 0,
      companies: 0,
      agents,
      // Without releases every user sees every customer.
      agentRelease: agents > 0,
    },
  });
  undo(() => office.stop());
  const own = new Client({ connectionString: office.stack.adminUrl });
  own.on("error", () => undefined);
  await own.connect();
  undo(() => own.end());
  const queue = queueBackend({ QUEUE_DATABASE_URL: queueUrl }).wakeUpQueue(
    outlook === undefined ? "cloud" : "outlook",
  );
  undo(() => queue.close());
  const { tenantId } = office;
  await captured(own, tenantId, contacts, signal);
  return Object.assign(office, {
    own,
    save: (index: number, login: DavLogin) =>
      save(
        office,
        index,
        login,
        outlook === undefined ? System.CLOUD : System.OUTLOOK,
      ),
    synchronised: (accountId: string) =>
      synchronised(office, own, accountId, signal),
    wake: (accountId: string) => enqueueWakeUp(queue, { tenantId, accountId }),
  });
}

/** What capture has not told yet would come in a second run. */
async function captured(
  own: Client,
  tenantId: string,
  contacts: number,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    const { rows } = await own.query<{ told: number }>(
      `select count(*)::int as told from state.feed where tenant_id = $1 and kind = 'customer'`,
      [tenantId],
    );
    if (rows[0]?.told === contacts) return;
    await setTimeout(LOOK_MS);
  }
}

async function save(
  { settings, tenantId, brokerage }: Office,
  index: number,
  login: DavLogin,
  system: System,
): Promise<string> {
  const user = brokerage.users[index];
  if (!user) throw new Error(`The brokerage has no user ${index}.`);
  const accountId = randomUUID();
  await settings.saveAccount(
    SaveAccountRequest.fromPartial({
      account: {
        account: { tenantId, accountId },
        userId: user.userId,
        system,
        serverUrl: login.url,
        username: login.username,
        policy: ConflictPolicy.AMS_WINS,
        contacts: { customers: true, birthday: true },
      },
      password: login.password,
    }),
  );
  return accountId;
}

async function synchronised(
  { accounts, tenantId }: Office,
  own: Client,
  accountId: string,
  signal: AbortSignal,
): Promise<number> {
  // Asked of its table and seldom: fifty questions a second took a tenth of a processor from what is measured.
  const ended = async (): Promise<number | undefined> => {
    const { rows } = await own.query<{ ended: number | null }>(
      `select extract(epoch from (select max(ended_at) from state.run r where r.account_id = a.account_id))::float8
         * 1000 as ended
       from state.account a where a.account_id = $1 and a.run_id is null
         and not exists (select from state.schedule s where s.account_id = a.account_id and s.due_at <= now())`,
      [accountId],
    );
    return rows[0]?.ended ?? undefined;
  };
  let end = await ended();
  while (end === undefined) {
    signal.throwIfAborted();
    await setTimeout(END_LOOK_MS);
    end = await ended();
  }
  const { accounts: all } = await accounts.listAccounts({ tenantId });
  const { finished, trouble } = progressOf(
    all.filter(({ account }) => account?.accountId === accountId),
  );
  if (!finished)
    throw new Error(`The run left something undone. ${trouble.join(" ")}`);
  return end;
}
