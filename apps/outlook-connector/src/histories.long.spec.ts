import { histories } from "@ams-sync/connector-kit/histories";
import { expect, it } from "vitest";
import { graphSystem } from "./testing/graph-histories.js";
import { startSite } from "./testing/graph-site.js";

const HISTORIES = Number(process.env["HISTORIES"] ?? 1_000);
const SEED = Number(process.env["SEED"] ?? Math.floor(Math.random() * 2 ** 31));
/** A failure is found and shortened within one of them; each has a simulator of its own, which forgets nothing. */
const PORTION = 100;

it(`${HISTORIES} random histories with Outlook end with all sides in agreement and nothing lost`, async () => {
  for (let from = 0; from < HISTORIES; from += PORTION) {
    const seed = (SEED + from) % 2 ** 31;
    const count = Math.min(PORTION, HISTORIES - from);
    console.log(
      `histories from ${from + 1}, seed ${seed}; again: SEED=${seed} HISTORIES=${count} vitest run --project long apps/outlook-connector/src/histories.long.spec.ts`,
    );
    const site = await startSite();
    try {
      expect(
        await histories(graphSystem(site), { count, seed }),
      ).toBeUndefined();
    } finally {
      await site.close();
    }
  }
});
