import { radicaleAvailable, redisAvailable } from "@ams-sync/testing";
import { beforeAll, describe, expect, it } from "vitest";
import { weightOf } from "./choose.js";
import { pointOf, type KillPoint } from "./kill-point.js";
import { leastOf, untried } from "./least.js";
import {
  runLane,
  runPoints,
  summary,
  tellDropped,
  together,
  type MatrixResult,
} from "./matrix.js";
import type { Scenario } from "./scenario.js";
import { SCENARIOS } from "./scenarios/index.js";
import { STORES, type Store } from "./site.js";

/** KILL_POINT, with or without KILL_STORE, repeats one point; its text is what a failure prints. */
const { KILL_POINT, KILL_STORE } = process.env;
if (KILL_STORE !== undefined && !STORES.some((store) => store === KILL_STORE))
  throw new Error(`KILL_STORE is one of ${STORES.join(", ")}.`);

const left = (store: Store): boolean =>
  KILL_STORE !== undefined && KILL_STORE !== store;

/** Sites side by side: each waits most of its time for leases to run out and processes to start. */
const lanes: readonly (readonly Scenario[])[] = [
  SCENARIOS.filter(({ name }) => name === "changes"),
  SCENARIOS.filter(({ name }) => name !== "changes"),
];

/** Where the wake-ups are matters to how a run is found again, not to what a transaction or a read leaves behind. */
const wanted: Readonly<Record<Store, (point: KillPoint) => boolean>> = {
  PostgreSQL: () => true,
  Redis: ({ wire, label }) =>
    wire.endsWith(">queue") || weightOf(wire, label) === "heart",
};

describe("a service that is killed", () => {
  // Not skipped: a matrix that lacks a store would look whole.
  beforeAll(() => {
    expect(radicaleAvailable(), "Radicale is installed").toBe(true);
    expect(
      left("Redis") || redisAvailable(),
      "redis-server is installed, or KILL_STORE leaves it out",
    ).toBe(true);
  });

  for (const store of STORES) {
    // The stores side by side, as the sites of a store.
    const whole =
      KILL_POINT !== undefined || left(store) ? it.skip : it.concurrent;
    whole(
      `between any two effects, over ${store}: loses and doubles nothing`,
      { timeout: 4 * 3_600_000 },
      async () => {
        const known = new Set<string>();
        const results = await Promise.all(
          lanes.map((scenarios) =>
            runLane({ store, scenarios, known, wanted: wanted[store] }),
          ),
        );
        const result = together(results);
        console.log(`${store}: ${summary(result)}; ${tellDropped(result)}`);
        hold(result);
        const least = leastOf(store, wanted[store]);
        expect(untried(least, result.tried)).toEqual([]);
        for (const { name } of SCENARIOS)
          expect(
            result.tried.filter(({ scenario }) => scenario === name).length,
            `${name} on ${store}`,
          ).toBeGreaterThan(0);
      },
    );

    it.skipIf(KILL_POINT === undefined || left(store))(
      `at the point that was asked for, over ${store}: loses and doubles nothing`,
      async () => {
        const points = [pointOf(KILL_POINT ?? "")];
        const result = await runPoints(store, points);
        expect(result.tried).toEqual(points);
        hold(result);
      },
    );
  }
});

function hold({ failures, lost, doubled }: MatrixResult): void {
  expect(failures.join("\n\n")).toBe("");
  expect({ lost, doubled }).toEqual({ lost: 0, doubled: 0 });
}
