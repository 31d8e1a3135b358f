import { setTimeout as delay } from "node:timers/promises";
import { waitFor } from "@ams-sync/testing";
import type { Case } from "./cases.js";
import { doubled, lost, type Office } from "./office.js";
import type { Site } from "./site.js";
import { accept, alarm, dropSlot, outrunSlot } from "./slot.js";
import {
  conclude,
  newCustomers,
  strikeMidRun,
  type Outcome,
} from "./strike.js";

/** More than both limits of state's guard: 10 records, 5 % of a brokerage. */
const MANY = 20;
const FEW = 5;

type Loss = (site: Site) => Promise<void>;

/** Changed, deleted and made while nobody can hear of it. */
const unheard = async (office: Office, gone: number): Promise<void> => {
  const customers = await office.ids("customer");
  await office.commit(
    `update ams.customer set mobile = '+49 151 ' || customer_id where tenant_id = :tenant`,
    `delete from ams.customer where tenant_id = :tenant and customer_id in (${customers.slice(0, gone).join(",")})`,
    newCustomers(4),
  );
};

const begun = async (site: Site): Promise<Office> => {
  const office = await site.office();
  await office.connect();
  await office.exact();
  return office;
};

const LOUD = /is gone although state streams|gave up the replication slot/;

/** Deletes so few that nobody has to be asked. */
const few = (name: string, lose: Loss): Case => ({
  name,
  run: async (site) => {
    const capture = site.stack.service("change-capture");
    const office = await begun(site);
    const since = Date.now();
    const begin = performance.now();
    await capture.stop();
    await unheard(office, FEW);
    await lose(site);
    await capture.restart();
    await alarm(capture.logFile, since, LOUD);
    return conclude(office, { begin, struckAt: [`${FEW} deletes unheard`] });
  },
});

/** Nothing may be deleted outside before somebody has looked. */
async function held(
  site: Site,
  office: Office,
  since: number,
): Promise<string> {
  const { logFile } = site.stack.service("change-capture");
  const epoch = await alarm(logFile, since, /accept\.js absent (\d+)/);
  await waitFor(
    async () => {
      const seen = await office.look();
      return lost(seen) === 0 && doubled(seen) === MANY;
    },
    { what: "all but the deletes", timeoutMs: 120_000, everyMs: 500 },
  );
  await delay(3_000);
  const after = await office.look();
  if (lost(after) !== 0 || doubled(after) !== MANY)
    throw new Error("What was held back went out without being confirmed.");
  return epoch;
}

const confirm = async (site: Site, epoch: string): Promise<void> => {
  const answer = await accept(site.env("change-capture"), "absent", epoch);
  if (answer.code !== 0) throw new Error(`accept said: ${answer.text}`);
};

const many = (
  name: string,
  away: (site: Site) => Promise<() => Promise<void>>,
  lose: Loss,
): Case => ({
  name,
  run: async (site): Promise<Outcome> => {
    const capture = site.stack.service("change-capture");
    const office = await begun(site);
    const since = Date.now();
    const begin = performance.now();
    const back = await away(site);
    // In this order: what was committed before might still stand in a socket of the one who stands still.
    await lose(site);
    await unheard(office, MANY);
    await back();
    await alarm(capture.logFile, since, LOUD);
    await confirm(site, await held(site, office, since));
    // Who has agreed to a mass deletion is not asked about each account's share of it.
    return conclude(office, { begin, struckAt: [`${MANY} deletes held`] });
  },
});

const stopped = async ({ stack }: Site) => {
  const capture = stack.service("change-capture");
  await capture.stop();
  return () => capture.restart();
};
const paused = async ({ stack }: Site) => {
  const capture = stack.service("change-capture");
  capture.pause();
  return async () => capture.resume();
};

const lostTwice: Case = {
  name: "slot dropped, deletes held, slot dropped again before anybody looked",
  run: async (site) => {
    const capture = site.stack.service("change-capture");
    const office = await begun(site);
    const begin = performance.now();
    const first = Date.now();
    await capture.stop();
    await unheard(office, MANY);
    await dropSlot(site.stack);
    await capture.restart();
    const old = await held(site, office, first);
    const second = Date.now();
    await capture.stop();
    await office.commit(newCustomers(3));
    await dropSlot(site.stack);
    await capture.restart();
    const epoch = await held(site, office, second);
    const refused = await accept(site.env("change-capture"), "absent", old);
    if (refused.code === 0)
      throw new Error("What nobody has looked at was accepted.");
    await confirm(site, epoch);
    return conclude(office, {
      begin,
      struckAt: [`${MANY} deletes held twice`],
    });
  },
};

const lostMidRun: Case = {
  name: "slot dropped while the first transfer runs",
  run: async (site) => {
    const capture = site.stack.service("change-capture");
    const office = await site.office();
    const { customers, appointments } = office.size;
    await office.connect();
    const since = Date.now();
    const begin = performance.now();
    const struck = await strikeMidRun(
      { gate: site.gate, office },
      customers + appointments,
      async () => {
        await capture.stop();
        await dropSlot(site.stack);
        return async () => {
          await unheard(office, FEW);
          await capture.restart();
        };
      },
    );
    await alarm(capture.logFile, since, LOUD);
    return conclude(office, { begin, struckAt: [struck] });
  },
};

export const slotDropped = few("slot dropped while capture is away", (site) =>
  dropSlot(site.stack),
);

export const SLOT_CASES: readonly Case[] = [
  slotDropped,
  few("slot outrun while capture is away, a few deletes", (site) =>
    outrunSlot(site.stack),
  ),
  many("slot outrun while capture is away, many deletes", stopped, (site) =>
    outrunSlot(site.stack),
  ),
  many("slot outrun while capture stands still, many deletes", paused, (site) =>
    outrunSlot(site.stack),
  ),
  lostTwice,
  lostMidRun,
];
