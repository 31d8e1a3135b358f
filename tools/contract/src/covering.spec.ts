import { QUIRK_NAMES } from "@ams-sync/testing";
import { expect, it } from "vitest";
import { pairsIn, pairsOf, pairwise } from "./testing/covering.js";
import { ELSEWHERE, LEVELS, TRAPS, trapsIn } from "./testing/traps.js";

it("lets each two traps meet, in few rows, never two of one factor", () => {
  const rows = pairwise(LEVELS);
  const met = new Set(rows.flatMap(pairsIn));
  expect(pairsOf(LEVELS).filter((pair) => !met.has(pair))).toEqual([]);
  expect(rows.length).toBeLessThanOrEqual(21);
  for (const row of rows)
    for (const levels of LEVELS)
      expect(row.filter((level) => levels.includes(level)).length).toBe(1);
});

it("lets each trap meet each other one, and the want of it", () => {
  const rows = pairwise(LEVELS).map(trapsIn);
  for (const trap of TRAPS) {
    expect(rows.some((row) => row.includes(trap))).toBe(true);
    for (const other of TRAPS)
      if (other !== trap)
        expect(
          rows.some((row) => row.includes(trap) && !row.includes(other)),
          `${trap} without ${other}`,
        ).toBe(true);
  }
});

it("knows a way for each trap that the proxy has", () => {
  expect([...TRAPS, ...Object.keys(ELSEWHERE)].sort()).toEqual(
    [...QUIRK_NAMES].sort(),
  );
});
