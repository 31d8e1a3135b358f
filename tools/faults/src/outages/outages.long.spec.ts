import { radicaleAvailable, redisAvailable } from "@ams-sync/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runOutage, tellOutcome, WELL } from "./cases.js";
import { ALL } from "./matrix.js";
import { QUEUE_STORE_NAMES } from "./queue-store.js";
import { openSite, type Site } from "./site.js";
import { SLOT_SETTINGS } from "./slot.js";

for (const store of QUEUE_STORE_NAMES)
  describe(`outages over ${store}`, () => {
    let site: Site;
    beforeAll(async () => {
      // Not skipped: a matrix that lacks a store would look whole.
      expect(radicaleAvailable(), "Radicale is installed").toBe(true);
      expect(
        store !== "Redis" || redisAvailable(),
        "redis-server is installed",
      ).toBe(true);
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
