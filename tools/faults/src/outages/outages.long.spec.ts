import { radicaleAvailable, redisAvailable } from "@ams-sync/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { tellOutcome } from "./cases.js";
import { flood } from "./flood-case.js";
import { LATE_CASES } from "./late-cases.js";
import { POSTGRES_CASES } from "./postgres-cases.js";
import { QUEUE_CASES } from "./queue-cases.js";
import { QUEUE_STORE_NAMES } from "./queue-store.js";
import { SERVICE_CASES } from "./service-cases.js";
import { openSite, type Site } from "./site.js";
import { SLOT_CASES } from "./slot-cases.js";
import { SLOT_SETTINGS } from "./slot.js";
import { WORKER_CASES } from "./worker-cases.js";

const CASES = [
  ...QUEUE_CASES,
  ...POSTGRES_CASES,
  ...SERVICE_CASES,
  ...WORKER_CASES,
  ...LATE_CASES,
  ...SLOT_CASES,
  flood,
];

const here = radicaleAvailable() && redisAvailable();

describe.skipIf(!here).each(QUEUE_STORE_NAMES)("outages over %s", (store) => {
  let site: Site;
  beforeAll(async () => {
    site = await openSite({
      store,
      stack: { postgresSettings: SLOT_SETTINGS },
    });
  });
  afterAll(() => site?.stop());

  test.each(CASES)("$name", async ({ name, run }) => {
    const outcome = await run(site);
    console.log(tellOutcome(store, name, outcome));
    expect(outcome).toMatchObject({ lost: 0, doubled: 0, furtherWrites: 0 });
    expect(site.deaths).toEqual([]);
  });
});
