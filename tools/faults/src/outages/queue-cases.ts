import { setTimeout as delay } from "node:timers/promises";
import type { Case } from "./cases.js";
import type { OfficeSize } from "./office.js";
import {
  conclude,
  newCustomers,
  SMALL,
  strikeOnce,
  strikeTwice,
} from "./strike.js";

/** Longer than a worker or a producer waits before it takes the queue for lost. */
const AWAY_MS = 5_000;

const emptied = (strike: typeof strikeOnce, size?: OfficeSize): Case => ({
  name: "queue store emptied mid-run",
  run: async (site) =>
    strike(site, await site.office(size), () => site.queues.empty(site.stack)),
});
export const queueEmptied = emptied(strikeTwice);
export const queueEmptiedOnce = emptied(strikeOnce, SMALL);

export const queueCrashed: Case = {
  name: "queue store killed mid-run, back empty",
  run: async (site) =>
    strikeTwice(site, await site.office(), () => site.queues.crash(site.stack)),
};

/** Everything that is due has to be found by the sweep, as nobody could be told. */
export const queueAway: Case = {
  name: "queue store away while changes are committed",
  run: async (site) => {
    const { queues, stack } = site;
    const office = await site.office();
    await office.connect();
    await office.exact();
    const begin = performance.now();
    office.mark();
    await queues.away(stack);
    try {
      await office.commit(
        `update ams.customer set phone_private = '0451 ' || customer_id where tenant_id = :tenant`,
        newCustomers(5),
      );
      await delay(AWAY_MS / 2);
      await office.commit(
        `delete from ams.appointment where tenant_id = :tenant`,
      );
      await delay(AWAY_MS / 2);
      // Nothing of it can have gone out: there was nobody to be woken.
      if (office.written() > 0)
        throw new Error("Something was written while the queue was away.");
    } finally {
      await queues.back(stack);
    }
    const { customers, appointments } = office.size;
    return conclude(office, {
      struckAt: [`0/${customers + appointments + 5}`],
      begin,
    });
  },
};

export const QUEUE_CASES: readonly Case[] = [
  queueEmptied,
  queueCrashed,
  queueAway,
];
