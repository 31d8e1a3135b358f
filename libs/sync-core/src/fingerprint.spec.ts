import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fingerprintText } from "./fingerprint.js";

const fieldsArbitrary = fc.dictionary(fc.string(), fc.string({ minLength: 1 }));

describe("fingerprintText", () => {
  it("does not depend on the order of the fields, nor on missing ones", () => {
    fc.assert(
      fc.property(fieldsArbitrary, (fields) => {
        const reversed = Object.fromEntries(
          Object.entries(fields).toReversed(),
        );
        expect(fingerprintText({ fields: reversed })).toBe(
          fingerprintText({ fields }),
        );
      }),
    );
    expect(fingerprintText({ fields: { city: "", street: "Ä" } })).toBe(
      fingerprintText({ fields: { street: "Ä" } }),
    );
  });

  it("differs for different forms", () => {
    const texts = [
      { city: "a", street: "b" },
      { city: "b", street: "a" },
      { city: 'a","street":"b' },
      { city: "ab" },
      {},
    ].map((fields) => fingerprintText({ fields }));
    expect(new Set(texts).size).toBe(texts.length);
  });
});
