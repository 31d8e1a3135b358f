import type { Site } from "./site.js";
import type { Outcome } from "./strike.js";

/** One outage, tried on a running site; the site is as good as before when it is over. */
export interface Case {
  readonly name: string;
  readonly run: (site: Site) => Promise<Outcome>;
}

/** Runs one; also one that fails must not leave the site without a service for those after it. */
export async function runOutage(site: Site, one: Case): Promise<Outcome> {
  try {
    return await one.run(site);
  } finally {
    for (const service of site.stack.services) {
      service.resume();
      if (!service.running()) await service.restart();
    }
  }
}

/** What every outage must come to. */
export const WELL = { lost: 0, doubled: 0, furtherWrites: 0 };

/** One line for people. */
export const tellOutcome = (
  store: string,
  name: string,
  outcome: Outcome,
): string =>
  `${store}, ${name}: struck at ${outcome.struckAt.join(" and ")}, ${outcome.records} records, lost ${outcome.lost}, doubled ${outcome.doubled}${outcome.doubles.length > 0 ? ` (${outcome.doubles.join(" ")})` : ""}, further run wrote ${outcome.furtherWrites}, at rest after ${seconds(outcome.recoveredAfterMs)}${outcome.gapsMs ? `, stood still for ${outcome.gapsMs.map(seconds).join(" and ")}` : ""}`;

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
