import { setTimeout as delay } from "node:timers/promises";
import { waitFor, type Postgres } from "@ams-sync/testing";
import type { Case } from "./cases.js";
import type { Office, OfficeSize } from "./office.js";
import type { Site } from "./site.js";
import {
  newCustomers,
  SMALL,
  strikeOnce,
  strikeTwice,
  type Outcome,
} from "./strike.js";

/** Strikes the server under ams, state, settings and, where they live there, the queues; no service is helped up. */
const struck = async (
  site: Site,
  strike: (postgres: Postgres) => Promise<void>,
  strikes: typeof strikeOnce = strikeTwice,
  size?: OfficeSize,
): Promise<Outcome> => {
  const { postgres, services, urls } = site.stack;
  if (!postgres) throw new Error("The stack has no PostgreSQL of its own.");
  const pids = services.map(({ pid }) => pid);
  const office: Office = await site.office(size);
  const outcome = await strikes(site, office, async () => {
    // Committed with nobody left to hear of it.
    await office.commit(newCustomers(3));
    await strike(postgres);
  });
  await waitFor(
    async () => {
      const answers = await Promise.all(
        Object.values(urls).map((url) => fetch(`${url}/health/ready`)),
      );
      return answers.every(({ ok }) => ok);
    },
    { what: "every service to be ready again", timeoutMs: 30_000 },
  );
  if (services.some(({ pid }, index) => pid !== pids[index]))
    throw new Error("A service was started anew; it had to come back itself.");
  return outcome;
};

const restarted = (strikes: typeof strikeOnce, size?: OfficeSize): Case => ({
  name: "PostgreSQL restarted mid-run",
  run: (site) => struck(site, (postgres) => postgres.restart(), strikes, size),
});
export const postgresRestarted = restarted(strikeTwice);
export const postgresRestartedOnce = restarted(strikeOnce, SMALL);

export const postgresKilled: Case = {
  name: "PostgreSQL killed -9 mid-run",
  run: (site) =>
    struck(site, async (postgres) => {
      await postgres.kill9();
      await postgres.restart();
    }),
};

/** Longer than a lease, and than what a pool or a queue waits for a connection. */
const AWAY_MS = 10_000;

export const postgresAway: Case = {
  name: "PostgreSQL killed -9 mid-run, away for 10 s",
  run: (site) =>
    struck(site, async (postgres) => {
      await postgres.kill9();
      await delay(AWAY_MS);
      await postgres.restart();
    }),
};

export const POSTGRES_CASES: readonly Case[] = [
  postgresRestarted,
  postgresKilled,
  postgresAway,
];
