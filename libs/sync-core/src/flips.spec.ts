import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Instant } from "./dates.js";
import { FLIPS_MAX, flips, remember } from "./flips.js";
import type { Agreed } from "./flips.js";

const MINUTE = 60_000;
const START = Date.UTC(2026, 0, 1);
const at = (minutes: number) => (START + minutes * MINUTE) as Instant;

/** The number of the first form at which the item is frozen, one every so many minutes; -1: never. */
const frozenAt = (forms: string, everyMinutes: number): number => {
  let history: readonly Agreed[] = [];
  return [...forms].findIndex((form, index) => {
    const now = at(index * everyMinutes);
    if (flips(history, form, now)) return true;
    history = remember(history, form, now);
    return false;
  });
};

describe("flips", () => {
  it("lets people change their minds: there and back, twice within an hour", () => {
    expect(frozenAt("ABABA", 1)).toBe(-1);
    expect(frozenAt("ABCDEFGHIJKLMNOP", 1)).toBe(-1);
  });

  it("stops two programs that undo each other's work at the fourth return", () => {
    expect(frozenAt("ABABABABAB", 1)).toBe(FLIPS_MAX + 2);
    expect(frozenAt("ABCABCABC", 1)).toBe(6);
  });

  it("counts an hour only", () => {
    expect(frozenAt("ABABABABABAB", 20)).toBe(-1);
    expect(frozenAt("ABABABABABAB", 10)).toBe(5);
  });

  it("is no flip to agree on the same once more", () =>
    expect(frozenAt("AAAAAAAAAAAAAAAA", 1)).toBe(-1));

  it("thaws after an hour", () => {
    let history: readonly Agreed[] = [];
    for (const [index, form] of [..."ABABA"].entries())
      history = remember(history, form, at(index));
    expect(flips(history, "B", at(5))).toBe(true);
    expect(flips(history, "B", at(65))).toBe(false);
  });

  it("does not count longer what a clock that is ahead has dated", () => {
    let history: readonly Agreed[] = [];
    for (const form of "ABABA") history = remember(history, form, at(24 * 60));
    history = remember(history, "C", at(0));
    expect(flips(history, "B", at(61))).toBe(false);
  });

  it("remembers a handful, of the last hour", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(
            fc.constantFrom("A", "B", "C"),
            fc.integer({ min: 0, max: 50 }),
          ),
        ),
        (steps) => {
          let history: readonly Agreed[] = [];
          let minutes = 0;
          for (const [form, pause] of steps) {
            minutes += pause;
            history = remember(history, form, at(minutes));
            expect(history.length).toBeLessThanOrEqual(12);
            expect(history.at(-1)?.form).toBe(form);
            for (const one of history)
              expect(at(minutes) - one.at).toBeLessThan(60 * MINUTE);
          }
        },
      ),
    );
  });
});
