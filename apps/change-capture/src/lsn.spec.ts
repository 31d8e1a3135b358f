import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatLsn, parseLsn } from "./lsn.js";

describe("a WAL position", () => {
  it("comes back from its text", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (lsn) => {
        expect(parseLsn(formatLsn(lsn))).toBe(lsn);
      }),
    );
  });

  it("is read as PostgreSQL and the parser write it", () => {
    expect(parseLsn("16/B374D848")).toBe(0x16_b374_d848n);
    expect(parseLsn("00000016/b374d848")).toBe(0x16_b374_d848n);
    expect(formatLsn(0x16_0000_0001n)).toBe("16/1");
  });

  it.each(["", "16", "16/", "/1", "16/123456789", "G/1", "1/2/3", "-1/2"])(
    "is not %j",
    (text) => {
      expect(() => parseLsn(text)).toThrow(/no WAL position/);
    },
  );
});
