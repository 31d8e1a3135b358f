import { radicaleAvailable, redisAvailable } from "@ams-sync/testing";
import { describe, expect, it } from "vitest";
import { weightOf } from "./choose.js";
import { pointOf, type KillPoint } from "./kill-point.js";
import {
  runLane,
  runPoints,
  summary,
  together,
  type MatrixResult,
} from "./matrix.js";
import type { Scenario } from "./scenario.js";
import { SCENARIOS } from "./scenarios/index.js";
import { STORES, type Store } from "./site.js";

/** KILL_POINT, with or without KILL_STORE, repeats one point; its text is what a failure prints. */
const { KILL_POINT, KILL_STORE } = process.env;
const stores = STORES.filter(
  (store) =>
    (store !== "Redis" || redisAvailable()) &&
    (KILL_STORE === undefined || KILL_STORE === store),
);

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
const LEAST: Readonly<Record<Store, number>> = { PostgreSQL: 200, Redis: 90 };

describe.skipIf(!radicaleAvailable())("a service that is killed", () => {
  it.skipIf(KILL_POINT !== undefined)(
    "between any two effects loses and doubles nothing",
    { timeout: 4 * 3_600_000 },
    async () => {
      const tried = await Promise.all(
        stores.map(async (store): Promise<[Store, MatrixResult]> => {
          const known = new Set<string>();
          const results = await Promise.all(
            lanes.map((scenarios) =>
              runLane({ store, scenarios, known, wanted: wanted[store] }),
            ),
          );
          return [store, together(results)];
        }),
      );
      for (const [store, result] of tried)
        console.log(`${store}: ${summary(result)}`);
      for (const [store, result] of tried) {
        hold(result);
        expect(result.tried.length).toBeGreaterThan(LEAST[store]);
        for (const { name } of SCENARIOS)
          expect(
            result.tried.filter(({ scenario }) => scenario === name).length,
            `${name} on ${store}`,
          ).toBeGreaterThan(0);
      }
    },
  );

  it.runIf(KILL_POINT !== undefined)(
    "at the point that was asked for loses and doubles nothing",
    async () => {
      const points = [pointOf(KILL_POINT ?? "")];
      for (const store of stores) {
        const result = await runPoints(store, points);
        expect(result.tried).toEqual(points);
        hold(result);
      }
    },
  );
});

function hold({ failures, lost, doubled }: MatrixResult): void {
  expect(failures.join("\n\n")).toBe("");
  expect({ lost, doubled }).toEqual({ lost: 0, doubled: 0 });
}
