import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  isExact,
  moveIn,
  verifyUser,
  type ConnectedUser,
  type Office,
} from "@ams-sync/proof";
import { startStack, type Stack, type StackOptions } from "@ams-sync/stack";
import { startRadicale, waitFor, type Radicale } from "@ams-sync/testing";
import { Client } from "pg";

/** Waits are short, so that what has failed is tried again soon. */
const TIMES = {
  SWEEP_INTERVAL_MS: "300",
  BACK_OFF_FIRST_MS: "500",
  POLL_MIN_MS: "4000",
  POLL_MAX_MS: "5000",
};

/** A brokerage in one ams database, with one user whose login at the DAV server is its name. */
export interface Brokerage {
  readonly source: string;
  readonly tenantId: string;
  readonly user: ConnectedUser;
  readonly office: Office;
  /** One transaction in its ams database, on a connection of its own: the server may have been away. */
  commit(sql: string, values?: readonly unknown[]): Promise<void>;
  /** Until the server holds exactly what SQL says; gives the milliseconds that it took. */
  exact(timeoutMs?: number): Promise<number>;
  /** What the account says for people. */
  message(): Promise<string>;
}

export interface Town {
  readonly stack: Stack;
  readonly brokerages: Readonly<Record<string, Brokerage>>;
  /** Services that ended without being asked to. */
  readonly deaths: readonly string[];
  stop(): Promise<void>;
}

/** Services, a DAV server, and a brokerage in each ams database; all have synchronised once. */
export async function foundTown(options: StackOptions): Promise<Town> {
  const undo: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (const step of undo.splice(0).toReversed()) await step();
  };
  try {
    const data = await mkdtemp(join(tmpdir(), "ams-sync-several-"));
    undo.push(() => rm(data, { recursive: true, force: true }));
    const deaths: string[] = [];
    const stack = await startStack({
      data,
      postgresSettings: { fsync: "off" },
      onDeath: (text) => deaths.push(text),
      ...options,
      env: { ...process.env, ...TIMES, ...options.env },
    });
    undo.push(() => stack.stop());
    const sources = Object.keys(stack.amsAdminUrls);
    const radicale = await startRadicale({
      users: sources.map((name) => ({ name, password: "geheim" })),
    });
    undo.push(() => radicale.stop());
    const brokerages: Record<string, Brokerage> = {};
    for (const [index, source] of sources.entries()) {
      const office = await moveIn(stack, { ...SIZE, seed: index + 1 }, source);
      undo.push(() => office.stop());
      brokerages[source] = await open(stack, office, radicale, source);
    }
    for (const each of Object.values(brokerages)) {
      await each.office.quiet();
      await each.exact();
    }
    return { stack, brokerages, deaths, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

const SIZE = {
  users: 1,
  customers: 25,
  appointments: 10,
  companies: 2,
  agents: 2,
};

async function open(
  stack: Stack,
  office: Office,
  radicale: Radicale,
  source: string,
): Promise<Brokerage> {
  const { tenantId } = office;
  const login = { url: radicale.url, username: source, password: "geheim" };
  const user = await office.connect(0, login);
  const inAms = async <T>(work: (ams: Client) => Promise<T>): Promise<T> => {
    const ams = new Client({ connectionString: stack.amsAdminUrls[source] });
    ams.on("error", () => undefined);
    await ams.connect();
    try {
      await ams.query("select set_config('app.tenant_id', $1, false)", [
        tenantId,
      ]);
      return await work(ams);
    } finally {
      await ams.end();
    }
  };
  return {
    source,
    tenantId,
    user,
    office,
    commit: async (sql, values = []) => {
      await inAms((ams) => ams.query(sql, [...values]));
    },
    exact: async (timeoutMs = 60_000) => {
      const since = performance.now();
      let last = "";
      const same = async (): Promise<boolean> => {
        const verified = await inAms((ams) => verifyUser(ams, tenantId, user));
        const { contacts, appointments } = verified;
        last = JSON.stringify({ contacts, appointments });
        return isExact(contacts) && isExact(appointments);
      };
      await waitFor(same, {
        what: `the user of ${source} to have exactly what ams says`,
        timeoutMs,
        everyMs: 50,
      }).catch((error: unknown) => {
        throw new Error(`${String(error)} ${last}`, { cause: error });
      });
      return Math.round(performance.now() - since);
    },
    message: async () => {
      const { accounts } = await office.accounts.listAccounts({ tenantId });
      return accounts.map(({ errorMessage }) => errorMessage).join(" ");
    },
  };
}
