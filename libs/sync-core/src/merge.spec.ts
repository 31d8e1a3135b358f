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

const form = (city: string | undefined): Fields =>
  city === undefined ? {} : { city };

const one = (
  record: string | undefined,
  item: string | undefined,
  base: string | undefined,
  policy: "ams-wins" | "remote-wins" = "ams-wins",
) => {
  return merge({
    record: form(record),
    item: form(item),
    base: form(base),
    policy,
    fieldNames: ["city"],
  });
};

describe("merge of one field", () => {
  it.each([
    // record, item, base → sent, item after, base after
    ["unchanged", "Ulm", "Ulm", "Ulm", [], "Ulm", "Ulm"],
    ["changed here", "Köln", "Ulm", "Ulm", ["city"], "Köln", "Köln"],
    ["emptied here", undefined, "Ulm", "Ulm", ["city"], undefined, undefined],
    ["filled here", "Köln", undefined, undefined, ["city"], "Köln", "Köln"],
    ["changed there", "Ulm", "Bonn", "Ulm", [], "Bonn", "Ulm"],
    ["emptied there", "Ulm", undefined, "Ulm", [], undefined, "Ulm"],
    [
      "changed on both sides to the same",
      "Köln",
      "Köln",
      "Ulm",
      [],
      "Köln",
      "Köln",
    ],
    [
      "emptied on both sides",
      undefined,
      undefined,
      "Ulm",
      [],
      undefined,
      undefined,
    ],
    [
      "never agreed, empty here",
      undefined,
      "Ulm",
      undefined,
      [],
      "Ulm",
      undefined,
    ],
  ])("%s", (_, record, item, base, sent, itemAfter, baseAfter) => {
    const merged = one(record, item, base);
    expect(merged.sent).toEqual(sent);
    expect(merged.fields["city"]).toBe(itemAfter);
    expect(merged.base["city"]).toBe(baseAfter);
    expect(merged.conflicts).toEqual([]);
    expect(one(record, item, base, "remote-wins")).toEqual(merged);
  });

  it.each([
    ["both changed", "Köln", "Bonn", "Ulm"],
    ["emptied here, changed there", undefined, "Bonn", "Ulm"],
    ["changed here, emptied there", "Köln", undefined, "Ulm"],
    ["never agreed, both filled", "Köln", "Bonn", undefined],
  ])("%s: the policy decides", (_, record, item, base) => {
    const ours = one(record, item, base);
    expect(ours.conflicts).toMatchObject([{ field: "city", winner: "ams" }]);
    expect(ours.sent).toEqual(["city"]);
    expect(ours.fields["city"]).toBe(record);
    expect(ours.base["city"]).toBe(record);
    const theirs = one(record, item, base, "remote-wins");
    expect(theirs.conflicts).toMatchObject([
      { field: "city", winner: "remote" },
    ]);
    expect(theirs.sent).toEqual([]);
    expect(theirs.fields["city"]).toBe(item);
    expect(theirs.base["city"]).toBe(base);
  });
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
          expect(merged.base[name]).toBe(given.base[name]);
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

describe("an address", () => {
  const base = { street: "Weg 1", city: "Ulm", country: "Deutschland" };
  const given = (record: Fields, item: Fields) => ({
    record,
    item,
    base,
    policy: "ams-wins" as const,
    fieldNames: ["street", "postalCode", "city", "country"],
  });

  it("that the item has nothing of is sent whole", () => {
    const record = { street: "Weg 2", city: "Ulm" };
    const merged = merge(given(record, {}));
    expect(merged.fields).toEqual(record);
    expect(merged.base).toEqual(record);
    expect([...merged.sent].sort()).toEqual(["city", "street"]);
    expect(merged.pending).toEqual([]);
  });

  it("that is unchanged here is not sent again", () =>
    expect(merge(given(base, {})).sent).toEqual([]));

  it("that the item has a part of is sent by fields", () => {
    const merged = merge(given({ ...base, street: "Weg 2" }, { city: "Ulm" }));
    expect(merged.fields).toEqual({ street: "Weg 2", city: "Ulm" });
    expect(merged.pending).toEqual(["country"]);
  });
});

describe("pickFields", () => {
  it("leaves out others and empty ones", () =>
    expect(
      pickFields({ city: "", lastName: "Zoë", fax: "1" }, ["city", "lastName"]),
    ).toEqual({ lastName: "Zoë" }));
});
