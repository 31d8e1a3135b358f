import { expect, test } from "vitest";
import { compare, isExact } from "./compare.js";

test("order does not matter, equal records count as often as they stand", () => {
  expect(isExact(compare(["a", "b", "a"], ["a", "a", "b"]))).toBe(true);
});

test("a doubled record is a surplus, a lost one is missing", () => {
  expect(compare(["a", "b"], ["a", "a"])).toEqual({
    expected: 2,
    seen: 2,
    missing: ["b"],
    surplus: ["a"],
  });
});
