import { setTimeout as delay } from "node:timers/promises";
import type { Service } from "@ams-sync/stack";
import { waitFor } from "@ams-sync/testing";
import type { Case } from "./cases.js";
import type { Office } from "./office.js";
import type { Site } from "./site.js";
import { rows } from "./sql.js";
import { strikeTwice } from "./strike.js";

/** The connector that runs the office's account right now. */
export async function holder(site: Site, office: Office): Promise<Service> {
  const worker = await waitFor(
    async () => {
      const [row] = await rows<{ worker: string }>(
        site.stack.adminUrl,
        `select worker from state.run r join state.account a using (tenant_id, account_id, run_id) where tenant_id = $1`,
        [office.tenantId],
      );
      return row?.worker;
    },
    { what: "a run of the account", timeoutMs: 10_000, everyMs: 5 },
  );
  const pid = Number(worker.split("/").at(-1));
  const found = site.stack
    .instances("cloud-connector")
    .find((service) => service.pid === pid);
  if (!found) throw new Error(`No connector has process ${pid}.`);
  return found;
}

/** What the dead or paused one had sent has reached the server by then. */
const UNDER_WAY_MS = 1_500;

/** Milliseconds from now until somebody else writes. */
async function untilNextWrite(office: Office): Promise<number> {
  const begin = performance.now();
  await delay(UNDER_WAY_MS);
  const before = office.written();
  await waitFor(() => office.written() > before, {
    what: "the account to go on",
    timeoutMs: 120_000,
    everyMs: 10,
  });
  return performance.now() - begin;
}

/** LEASE_MS of the site and the time that a sweep and a very busy machine take; a lease of production is 60 s. */
const WITHIN_MS = 5_000 + 10_000;

const inTime = (waited: number): void => {
  if (waited > WITHIN_MS)
    throw new Error(
      `The account stood still for ${Math.round(waited)} ms after its worker was gone.`,
    );
};

export const workerKilled: Case = {
  name: "worker killed -9 mid-run, another one goes on",
  run: async (site) => {
    const office = await site.office();
    const gaps: number[] = [];
    const outcome = await strikeTwice(site, office, async () => {
      const dead = await holder(site, office);
      await dead.kill9();
      return async () => {
        gaps.push(await untilNextWrite(office));
        await dead.restart();
      };
    });
    gaps.forEach(inTime);
    return { ...outcome, gapsMs: gaps.map(Math.round) };
  },
};

export const workerPaused: Case = {
  name: "worker paused mid-run beyond its lease, another one goes on, then it wakes",
  run: async (site) => {
    const office = await site.office();
    const gaps: number[] = [];
    const outcome = await strikeTwice(site, office, async () => {
      const paused = await holder(site, office);
      paused.pause();
      return async () => {
        try {
          gaps.push(await untilNextWrite(office));
        } finally {
          paused.resume();
        }
      };
    });
    gaps.forEach(inTime);
    return { ...outcome, gapsMs: gaps.map(Math.round) };
  },
};

export const WORKER_CASES: readonly Case[] = [workerKilled, workerPaused];
