import { radicaleAvailable, redisAvailable } from "@ams-sync/testing";
import { describe, expect, it } from "vitest";
import { pointOf } from "./kill-point.js";
import {
  runPoints,
  runScenarios,
  summary,
  together,
  type MatrixResult,
} from "./matrix.js";
import type { Scenario } from "./scenario.js";
import { SCENARIOS } from "./scenarios/index.js";
import { STORES } from "./site.js";

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

describe.skipIf(!radicaleAvailable())("a service that is killed", () => {
  it.skipIf(KILL_POINT !== undefined)(
    "between any two effects loses and doubles nothing",
    { timeout: 4 * 3_600_000 },
    async () => {
      const results = await Promise.all(
        stores.flatMap((store) =>
          lanes.map((scenarios) => runScenarios(store, scenarios)),
        ),
      );
      const all = together(results);
      console.log(summary(all));
      hold(all);
      expect(all.tried.length).toBeGreaterThan(stores.length * 200);
      for (const { name, victims } of SCENARIOS)
        expect(
          new Set(
            all.tried
              .filter(({ scenario }) => scenario === name)
              .map(({ victim }) => victim),
          ),
          name,
        ).toEqual(new Set(victims));
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
