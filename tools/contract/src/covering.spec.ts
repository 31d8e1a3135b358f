import { QUIRK_NAMES } from "@ams-sync/testing";
import { expect, it } from "vitest";
import { pairsIn, pairsOf, pairwise } from "./testing/covering.js";
import { ELSEWHERE, FACTORS, TRAPS } from "./testing/traps.js";

it("lets each two traps meet, in few rows, never two of one factor", () => {
  const rows = pairwise(FACTORS);
  const met = new Set(rows.flatMap(pairsIn));
  expect(pairsOf(FACTORS).filter((pair) => !met.has(pair))).toEqual([]);
  expect(rows.length).toBeLessThanOrEqual(20);
  for (const row of rows)
    for (const levels of FACTORS)
      expect(
        row.filter((level) => levels.includes(level as never)).length,
      ).toBe(1);
});

it("knows a way for each trap that the proxy has", () => {
  expect([...TRAPS, ...Object.keys(ELSEWHERE)].sort()).toEqual(
    [...QUIRK_NAMES].sort(),
  );
});
