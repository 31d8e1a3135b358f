import { describe, expect, it } from "vitest";
import { hiddenFrom } from "./visible.js";

describe("a transaction", () => {
  const hidden = hiddenFrom("100:110:100,105");

  it.each([
    [99, false],
    [100, true],
    [104, false],
    [105, true],
    [109, false],
    [110, true],
    [300, true],
  ])("%i is hidden: %s", (xid, expected) => expect(hidden(xid)).toBe(expected));

  it("is told by 32 of its 64 bits, before and after they begin anew", () => {
    const turn = 2n ** 32n;
    const young = hiddenFrom(
      `${3n * turn + 5n}:${3n * turn + 9n}:${3n * turn + 5n}`,
    );
    expect(young(5)).toBe(true);
    expect(young(6)).toBe(false);
    expect(young(2 ** 32 - 2)).toBe(false);
    expect(hiddenFrom(`${2n * turn - 3n}:${2n * turn - 1n}:`)(1)).toBe(true);
  });

  it("is hidden from nobody when none is under way", () =>
    expect(hiddenFrom("740:740:")(739)).toBe(false));

  it("is not guessed at", () =>
    expect(() => hiddenFrom("")).toThrow("cannot be read"));
});
