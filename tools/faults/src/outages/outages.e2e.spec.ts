import { radicaleAvailable, redisAvailable } from "@ams-sync/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runOutage, tellOutcome, WELL } from "./cases.js";
import { FEW } from "./matrix.js";
import { QUEUE_STORE_NAMES, type QueueStoreName } from "./queue-store.js";
import { openSite, type Site } from "./site.js";

/** Skipped by name where it cannot be, so that it shows. */
const here = (store: QueueStoreName): boolean =>
  radicaleAvailable() && (store !== "Redis" || redisAvailable());

const sites = new Map<QueueStoreName, Site>();
beforeAll(async () => {
  const open = async (store: QueueStoreName) =>
    sites.set(store, await openSite({ store }));
  // Side by side: most of a start is waiting.
  const opened = await Promise.allSettled(
    QUEUE_STORE_NAMES.filter(here).map(open),
  );
  for (const each of opened) if (each.status === "rejected") throw each.reason;
});
afterAll(async () => {
  await Promise.all([...sites.values()].map((site) => site.stop()));
});

for (const store of QUEUE_STORE_NAMES)
  describe.skipIf(!here(store))(`outages over ${store}`, () => {
    test.each(FEW[store])("$name", async (one) => {
      const site = sites.get(store);
      if (!site) throw new Error("The site was not opened.");
      const outcome = await runOutage(site, one);
      console.log(tellOutcome(store, one.name, outcome));
      expect(outcome).toMatchObject(WELL);
      expect(site.deaths).toEqual([]);
    });
  });
