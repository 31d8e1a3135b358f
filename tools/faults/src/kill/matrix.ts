import { choosePoints } from "./choose.js";
import { pointText, type KillPoint } from "./kill-point.js";
import type { Scenario } from "./scenario.js";
import { scenarioOf } from "./scenarios/index.js";
import { openSite, type Site, type Store } from "./site.js";
import { rehearse, tellFailure, tryPoint } from "./try-point.js";

export interface MatrixResult {
  /** One per point, in order. */
  readonly tried: readonly KillPoint[];
  /** Places that were not tried, each with the reason. */
  readonly dropped: readonly string[];
  readonly lost: number;
  readonly doubled: number;
  /** What failed, each with how to repeat it. */
  readonly failures: readonly string[];
}

const NOTHING: MatrixResult = {
  ...{ tried: [], dropped: [], lost: 0, doubled: 0, failures: [] },
};

export const together = (results: readonly MatrixResult[]): MatrixResult => ({
  tried: results.flatMap(({ tried }) => tried),
  dropped: results.flatMap(({ dropped }) => dropped),
  lost: sum(results.map(({ lost }) => lost)),
  doubled: sum(results.map(({ doubled }) => doubled)),
  failures: results.flatMap(({ failures }) => failures),
});

export interface Lane {
  readonly store: Store;
  readonly scenarios: readonly Scenario[];
  /** Shared by the lanes of a store: what one tries, the others need not. */
  readonly known: Set<string>;
  readonly wanted: (point: KillPoint) => boolean;
}

/** Tries the points that rehearsals of the scenarios show, on a site of its own. */
export const runLane = ({
  store,
  scenarios,
  known,
  wanted,
}: Lane): Promise<MatrixResult> =>
  onSite(store, async (site) => {
    const results: MatrixResult[] = [];
    for (const scenario of scenarios) {
      const { always, sometimes } = await rehearse(site, scenario);
      const points = choosePoints(scenario, always, known);
      const told = (reason: string) => (point: KillPoint) =>
        `${pointText(point)}: ${reason}`;
      const chance = choosePoints(scenario, sometimes, new Set(known));
      const dropped = [
        ...chance.map(told("did not pass in every rehearsal")),
        ...points
          .filter((point) => !wanted(point))
          .map(told(`not asked for over ${store}`)),
      ];
      const result = await tryAll(site, points.filter(wanted));
      results.push(together([result, { ...NOTHING, dropped }]));
    }
    return together(results);
  });

/** Tries the given points on a site of their own. */
export const runPoints = (
  store: Store,
  points: readonly KillPoint[],
): Promise<MatrixResult> => onSite(store, (site) => tryAll(site, points));

async function tryAll(
  site: Site,
  points: readonly KillPoint[],
): Promise<MatrixResult> {
  let all = NOTHING;
  for (const point of points) {
    const begin = performance.now();
    const tried = await tryPoint(site, scenarioOf(point.scenario), point);
    const failure =
      tried.trouble.length > 0 ? tellFailure(site, point, tried) : undefined;
    const seconds = ((performance.now() - begin) / 1_000).toFixed(1);
    console.log(
      `${failure ? "FAILED" : "ok    "} ${site.store}: ${pointText(point)} (${seconds} s)`,
    );
    // At once: a matrix takes an hour, and may be broken off.
    if (failure) console.log(failure);
    all = together([
      all,
      {
        ...{ tried: [point], dropped: [] },
        lost: tried.lost,
        doubled: tried.doubled,
        failures: failure ? [failure] : [],
      },
    ]);
  }
  return all;
}

async function onSite(
  store: Store,
  work: (site: Site) => Promise<MatrixResult>,
): Promise<MatrixResult> {
  const site = await openSite(store);
  try {
    return await work(site);
  } finally {
    await site.stop();
  }
}

/** What was not tried and why, for people: a line for each place. */
export const tellDropped = ({ dropped }: MatrixResult): string =>
  `${dropped.length} places dropped${dropped.map((line) => `\n  ${line}`).join("")}`;

/** One line for people, and how many points each victim had on each wire. */
export function summary({ tried, lost, doubled }: MatrixResult): string {
  const counts = new Map<string, number>();
  for (const { victim, wire } of tried) {
    const key = `${victim} on ${wire}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const parts = [...counts].map(([key, count]) => `${key} ${count}`).sort();
  return `${tried.length} kill points tried: lost ${lost}, doubled ${doubled} (${parts.join("; ")})`;
}

const sum = (values: readonly number[]): number =>
  values.reduce((total, value) => total + value, 0);
