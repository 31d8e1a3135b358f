import { expect, it } from "vitest";
import { guardHolds } from "./snapshot-end.js";

it.each([
  { missing: 0, live: 0, holds: false },
  { missing: 10, live: 10, holds: false },
  { missing: 11, live: 11, holds: true },
  { missing: 11, live: 219, holds: true },
  { missing: 11, live: 220, holds: false },
  { missing: 50, live: 1_000, holds: false },
  { missing: 51, live: 1_000, holds: true },
])("$missing of $live missing: held is $holds", ({ missing, live, holds }) => {
  expect(guardHolds(missing, live)).toBe(holds);
});
