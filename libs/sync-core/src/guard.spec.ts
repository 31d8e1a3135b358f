import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { allowance, guard } from "./guard.js";

const ids = (count: number) => Array.from({ length: count }, (_, id) => id);

describe("guard", () => {
  it.each([
    // items, planned: more than 10 and more than 5 %
    [10, 10, "go"],
    [10, 11, "hold"],
    [200, 10, "go"],
    [200, 11, "hold"],
    [219, 11, "hold"],
    [220, 11, "go"],
    [1000, 50, "go"],
    [1000, 51, "hold"],
  ])("of %d items %d: %s", (items, planned, verdict) => {
    expect(guard(ids(planned), { items, spent: 0 }).verdict).toBe(verdict);
    // In two halves the same, within 24 hours.
    expect(guard(ids(planned - 5), { items, spent: 5 }).verdict).toBe(verdict);
  });

  it("says what it would do, and lets what was approved go and no other", () => {
    const totals = { items: 100, spent: 0 };
    expect(guard(ids(11), totals)).toEqual({
      verdict: "hold",
      ids: ids(11),
      approved: [],
    });
    expect(guard(ids(11), totals, new Set(ids(11)))).toEqual({
      verdict: "go",
      ids: ids(11),
    });
    expect(guard(ids(30), totals, new Set(ids(11)))).toEqual({
      verdict: "hold",
      ids: ids(30).slice(11),
      approved: ids(11),
    });
  });

  it("never allows more than is left of the day", () => {
    const nat = fc.nat({ max: 5000 });
    fc.assert(
      fc.property(nat, nat, nat, (items, spent, planned) => {
        expect(allowance({ items, spent })).toBeGreaterThanOrEqual(0);
        const all = spent + planned;
        const mass = all > 10 && all > items * 0.05;
        const { verdict } = guard(ids(planned), { items, spent });
        expect(verdict).toBe(mass && planned > 0 ? "hold" : "go");
      }),
    );
  });
});
