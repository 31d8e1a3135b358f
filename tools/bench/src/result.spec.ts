import { expect, test } from "vitest";
import { atLeast, atMost, compared, measured, quantile } from "./result.js";

test("the ratio is the median of the pairs' ratios, not the ratio of the medians", () => {
  const result = compared({
    metric: "rate",
    unit: "1/s",
    ours: [10, 20, 90],
    yardstick: "bare",
    theirs: [10, 40, 100],
    target: atLeast(0.9),
  });
  expect(result).toEqual({
    metric: "rate",
    unit: "1/s",
    value: 20,
    yardstick: "bare",
    yardstickValue: 40,
    ratio: 0.9,
    target: "ratio >= 0.9",
    reached: true,
  });
});

test("a bound that is missed is told", () => {
  const result = measured({
    metric: "rss",
    unit: "MB",
    values: [251],
    target: atMost(250),
  });
  expect(result).toMatchObject({ target: "value <= 250", reached: false });
});

test("a figure that is not a number reaches no target", () => {
  const nothing = { metric: "m", unit: "s", values: [Number.NaN] };
  expect(measured({ ...nothing, target: atMost(1) }).reached).toBe(false);
  expect(measured({ ...nothing, target: atLeast(1) }).reached).toBe(false);
});

test("pairs of unequal length and quantiles of nothing are refused", () => {
  const pair = { metric: "m", unit: "s", ours: [1], yardstick: "y" };
  expect(() => compared({ ...pair, theirs: [] })).toThrow("as many values");
  expect(() => quantile([], 0.5)).toThrow("nothing to take");
});

test.each([
  [0, 1],
  [0.5, 2.5],
  [0.95, 3.85],
  [1, 4],
])("quantile %d of 4, 1, 3, 2 is %d", (part, value) => {
  expect(quantile([4, 1, 3, 2], part)).toBeCloseTo(value);
});
