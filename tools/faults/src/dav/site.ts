import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { moveIn } from "@ams-sync/proof";
import { startStack, type Stack } from "@ams-sync/stack";
import {
  type Quirk,
  type QuirkProxy,
  startQuirkProxy,
  startRadicale,
} from "@ams-sync/testing";
import { openCaptured } from "../watch/captured.js";
import { ItemLedger } from "../watch/item-ledger.js";
import { markRecords } from "../watch/record-marks.js";
import { Branch } from "./branch.js";

/** All services, and Radicale behind the quirk proxy. */
export interface DavSite {
  readonly stack: Stack;
  readonly proxy: QuirkProxy;
  /** Services that ended without being asked to. */
  readonly deaths: readonly string[];
  /** A brokerage with one user, whose login nobody has used. The caller closes it. */
  branch(): Promise<Branch>;
  /** Puts a quirk in force beside those of others; the returned function lifts it. */
  impose(quirk: Quirk): () => void;
  stop(): Promise<void>;
}

export const REQUEST_TIMEOUT_MS = 1_500;

/** Short ones, so that a case is over in seconds; a request is over well before its lease as in production. */
const TIMES = {
  LEASE_MS: "4000",
  REQUEST_TIMEOUT_MS: String(REQUEST_TIMEOUT_MS),
  SWEEP_INTERVAL_MS: "300",
  BACK_OFF_FIRST_MS: "500",
  // The other side is asked when a case wants it.
  POLL_MIN_MS: "36000000",
  POLL_MAX_MS: "36000000",
};

const LOGINS = 3_000;
const loginOf = (index: number) => ({
  username: `benutzer${index}`,
  password: "geheim",
});

const watching = (items: ItemLedger): Quirk => ({
  name: "watched",
  sentence: "What the server carries out is written down.",
  behave: async (request, next) => {
    const answer = await next(request);
    const { method, path, body } = request;
    const { status } = answer;
    items.note({ method, path, body: body.toString("utf8"), status });
    return answer;
  },
});

/** Starts it; what was started is stopped if anything fails. */
export async function openDavSite(
  env: Readonly<Record<string, string>> = {},
): Promise<DavSite> {
  const undo: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (const step of undo.splice(0).toReversed()) await step();
  };
  try {
    const data = await mkdtemp(join(tmpdir(), "ams-sync-dav-"));
    undo.push(() => rm(data, { recursive: true, force: true }));
    const radicale = await startRadicale({
      users: Array.from({ length: LOGINS }, (_, n) => loginOf(n)).map(
        ({ username: name, password }) => ({ name, password }),
      ),
    });
    undo.push(() => radicale.stop());
    const proxy = await startQuirkProxy({ target: radicale.url });
    undo.push(() => proxy.stop());
    const deaths: string[] = [];
    const stack = await startStack({
      data,
      env: { ...process.env, ...TIMES, ...env },
      onDeath: (text) => deaths.push(text),
    });
    undo.push(() => stack.stop());
    await markRecords(stack.amsAdminUrl);
    const captured = await openCaptured(stack);
    const items = new ItemLedger();
    proxy.quirks = [watching(items)];
    let opened = 0;
    return {
      ...{ stack, proxy, deaths, stop },
      branch: async () => {
        if (opened === LOGINS)
          throw new Error("All logins of this site are used.");
        const login = loginOf(opened);
        opened += 1;
        const office = await moveIn(stack, {
          ...{ seed: opened, users: 1, customers: 6, appointments: 3 },
          ...{ companies: 0, agents: 1, agentRelease: false },
        });
        const server = { proxy, items, directUrl: radicale.url };
        return Branch.of(office, server, login, captured);
      },
      impose: (quirk) => {
        // The watcher stays nearest to the server: it sees what is carried out, not what is answered.
        proxy.quirks = [quirk, ...proxy.quirks];
        return () => {
          proxy.quirks = proxy.quirks.filter((one) => one !== quirk);
        };
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
