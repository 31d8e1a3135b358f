import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Fields } from "./canonical.js";
import { merge, nextBase, pickFields } from "./merge.js";

const NAMES = ["firstName", "lastName", "city", "birthDate"];
const value = fc.constantFrom(undefined, "Zoë", "Äußerer Weg", "01067");
const fields: fc.Arbitrary<Fields> = fc
  .tuple(value, value, value, value)
  .map((values) =>
    Object.fromEntries(
      NAMES.map((name, index) => [name, values[index]]).filter(
        (entry): entry is [string, string] => entry[1] !== undefined,
      ),
    ),
  );
const input = fc.record({
  record: fields,
  item: fields,
  base: fields,
  policy: fc.constantFrom("ams-wins" as const, "remote-wins" as const),
  fieldNames: fc.subarray(NAMES),
});

describe("merge", () => {
  it("treats every field by itself", () => {
    fc.assert(
      fc.property(input, (given) => {
        const merged = merge(given);
        for (const name of given.fieldNames) {
          const alone = merge({ ...given, fieldNames: [name] });
          expect(merged.fields[name]).toBe(alone.fields[name]);
          expect(merged.base[name]).toBe(alone.base[name]);
          expect(merged.sent.includes(name)).toBe(alone.sent.includes(name));
        }
      }),
    );
  });

  it("touches no field that the options do not send", () => {
    fc.assert(
      fc.property(input, (given) => {
        const merged = merge(given);
        for (const name of NAMES.filter((n) => !given.fieldNames.includes(n))) {
          expect(merged.fields[name]).toBe(given.item[name]);
          // What went there while it was off is not emptied here once it is on again.
          expect(merged.base[name]).toBe(
            given.item[name] === undefined ? undefined : given.base[name],
          );
        }
      }),
    );
  });

  it("never clears what was not agreed to be filled", () => {
    fc.assert(
      fc.property(input, (given) => {
        const merged = merge({ ...given, base: {} });
        for (const [name, before] of Object.entries(given.item))
          expect([before, given.record[name]].filter(Boolean)).toContain(
            merged.fields[name],
          );
      }),
    );
  });

  it("under remote-wins never overwrites a value that changed there", () => {
    fc.assert(
      fc.property(input, (given) => {
        const merged = merge({ ...given, policy: "remote-wins" });
        for (const name of merged.sent)
          expect(given.item[name]).toBe(given.base[name]);
      }),
    );
  });

  it("has nothing more to send once its outcome is there", () => {
    fc.assert(
      fc.property(input, (given) => {
        const { fields: item, base } = merge(given);
        const again = merge({ ...given, item, base });
        expect(again.sent).toEqual([]);
        expect(again.base).toEqual(base);
        expect(again.fields).toEqual(item);
        expect(nextBase(given)).toEqual(base);
      }),
    );
  });
});

describe("pickFields", () => {
  it("leaves out others and empty ones", () =>
    expect(
      pickFields({ city: "", lastName: "Zoë", fax: "1" }, ["city", "lastName"]),
    ).toEqual({ lastName: "Zoë" }));
});
