import { setTimeout as delay } from "node:timers/promises";
import type { Service } from "@ams-sync/stack";
import type { Case } from "./cases.js";
import { strikeTwice } from "./strike.js";
import { holder } from "./worker-cases.js";

type ServiceName = Service["name"];

/** What Kubernetes and the stack give a service before they kill it. */
const GRACE_MS = 5_500;

/** SIGTERM in the midst of a run; the successor begins when the old one is gone. */
const replaced = (name: ServiceName, downMs: number): Case => ({
  name:
    downMs > 0
      ? `${name} down for ${downMs / 1_000} s mid-run`
      : `${name} replaced mid-run`,
  run: async (site) => {
    const office = await site.office();
    return strikeTwice(site, office, async () => {
      const service =
        name === "cloud-connector"
          ? await holder(site, office)
          : site.stack.service(name);
      const before = (await office.account()).run_id;
      const begin = performance.now();
      await service.stop();
      if (performance.now() - begin > GRACE_MS)
        throw new Error(`${name} had to be killed.`);
      // In good order: nobody has to wait until a lease ends. The other connector may have begun a run of its own.
      const { running, run_id: after } = await office.account();
      if (name === "cloud-connector" && running && after === before)
        throw new Error("The connector left its run open.");
      // Only afterwards: a start may take longer than what is left of the run.
      return async () => {
        await delay(downMs);
        await service.restart();
      };
    });
  },
});

export const connectorReplaced = replaced("cloud-connector", 0);
export const stateDown = replaced("state", 10_000);

export const SERVICE_CASES: readonly Case[] = [
  connectorReplaced,
  replaced("state", 0),
  replaced("settings", 0),
  replaced("change-capture", 0),
  stateDown,
  replaced("settings", 10_000),
];
