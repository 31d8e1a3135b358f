import { radicaleAvailable, redisAvailable } from "@ams-sync/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runOutage, tellOutcome, WELL } from "./cases.js";
import { ALL } from "./matrix.js";
import { QUEUE_STORE_NAMES, type QueueStoreName } from "./queue-store.js";
import { openSite, type Site } from "./site.js";
import { SLOT_SETTINGS } from "./slot.js";

/** Skipped by name where it cannot be, so that it shows. */
const here = (store: QueueStoreName): boolean =>
  radicaleAvailable() && (store !== "Redis" || redisAvailable());

for (const store of QUEUE_STORE_NAMES)
  describe.skipIf(!here(store))(`outages over ${store}`, () => {
    let site: Site;
    beforeAll(async () => {
      site = await openSite({
        store,
        stack: { postgresSettings: SLOT_SETTINGS },
      });
    });
    afterAll(() => site?.stop());

    test.each(ALL)("$name", async (one) => {
      const outcome = await runOutage(site, one);
      console.log(tellOutcome(store, one.name, outcome));
      expect(outcome).toMatchObject(WELL);
      expect(site.deaths).toEqual([]);
    });
  });
