import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Fields } from "./canonical.js";
import { merge, nextBase, pickFields } from "./merge.js";
import type { MergeInput } from "./merge.js";

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
  over: Partial<MergeInput> = {},
) => {
  return merge({
    record: form(record),
    item: form(item),
    base: form(base),
    policy,
    fieldNames: ["city"],
    ...over,
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
    // Without a way in nothing is overwritten on either side.
    const theirs = one(record, item, base, "remote-wins");
    expect(theirs.conflicts).toEqual([]);
    expect(theirs.sent).toEqual([]);
    expect(theirs.pending).toEqual(["city"]);
    expect(theirs.fields["city"]).toBe(item);
    expect(theirs.base["city"]).toBe(base);
    const taken = one(record, item, base, "remote-wins", { inward: true });
    expect(taken.conflicts).toEqual([
      {
        field: "city",
        winner: "remote",
        ...(record !== undefined && { ams: record }),
        ...(item !== undefined && { remote: item }),
      },
    ]);
    expect(taken.received).toEqual(["city"]);
    expect(taken.record["city"]).toBe(item);
    expect(taken.base["city"]).toBe(item);
  });
});

describe("merge of one field, both ways", () => {
  const inward = { inward: true };

  it.each([
    // record, item, base → received, record after
    ["changed there", "Ulm", "Bonn", "Ulm", ["city"], "Bonn"],
    ["emptied there", "Ulm", undefined, "Ulm", ["city"], undefined],
    ["filled there", undefined, "Bonn", undefined, ["city"], "Bonn"],
    ["never agreed, empty there", "Ulm", undefined, undefined, [], "Ulm"],
    ["changed here", "Köln", "Ulm", "Ulm", [], "Köln"],
  ])("%s", (_, record, item, base, received, after) => {
    for (const policy of ["ams-wins", "remote-wins"] as const) {
      const merged = one(record, item, base, policy, inward);
      expect(merged.received).toEqual(received);
      expect(merged.record["city"]).toBe(after);
      expect(merged.fields["city"]).toBe(after);
      expect(merged.base["city"]).toBe(after);
      expect(merged.conflicts).toEqual([]);
    }
  });

  it.each(["ams-wins", "remote-wins"] as const)(
    "never takes for theirs what a write of ours left there (%s)",
    (policy) => {
      const over = { ...inward, unsure: ["city"] };
      for (const record of ["Ulm", "Köln", undefined]) {
        const merged = one(record, "Bonn", "Ulm", policy, over);
        expect(merged).toMatchObject({ sent: ["city"], received: [] });
        expect(merged.conflicts).toEqual([]);
        expect(merged.base["city"]).toBe(record);
      }
    },
  );

  it("receives nothing that a record of its type has no place for", () => {
    const given = {
      record: { lastName: "Müller" },
      item: { lastName: "Müller", name: "Müller GmbH" },
      fieldNames: ["lastName", "name"],
      holds: ["lastName"],
      ...inward,
    };
    for (const policy of ["ams-wins", "remote-wins"] as const) {
      const merged = merge({ ...given, base: {}, policy });
      expect(merged).toMatchObject({ sent: [], received: [], pending: [] });
      expect(merged.base).toEqual({ lastName: "Müller" });
      // Both changed: it was a firm here, and got another name there.
      const turned = merge({ ...given, base: { name: "Meier" }, policy });
      expect(turned.received).toEqual([]);
      expect(turned.sent).toEqual(policy === "ams-wins" ? ["name"] : []);
      expect(turned.base).toEqual({ lastName: "Müller" });
    }
  });
});

describe("the times of an appointment", () => {
  const base = { from: "09:00", to: "10:00" };
  const times = (
    record: Fields,
    item: Fields,
    policy: "ams-wins" | "remote-wins",
    agreed: Fields = base,
  ) =>
    merge({
      record,
      item,
      base: agreed,
      policy,
      fieldNames: ["date", "from", "to"],
      inward: true,
    });
  const merged = (
    record: Fields,
    item: Fields,
    policy: "ams-wins" | "remote-wins",
  ) => {
    const both = times(record, item, policy);
    expect(both.record).toEqual(both.fields);
    return both.record;
  };

  it("merge where one side moved the start and the other the end", () => {
    for (const policy of ["ams-wins", "remote-wins"] as const)
      expect(
        merged(
          { from: "08:00", to: "10:00" },
          { from: "09:00", to: "11:00" },
          policy,
        ),
      ).toEqual({ from: "08:00", to: "11:00" });
  });

  it.each([
    [
      "moved on both sides",
      { from: "14:00", to: "15:00" },
      { from: "09:00", to: "11:00" },
    ],
    ["all day there", { from: "09:00", to: "11:00" }, {}],
    ["all day here", {}, { from: "08:00", to: "10:00" }],
    [
      "start and end cross",
      { from: "11:00", to: "12:00" },
      { from: "08:00", to: "09:00" },
    ],
    [
      "a night of them",
      { from: "09:30", to: "10:00" },
      { from: "09:00", to: "09:15" },
    ],
  ])("%s: one side's as a whole", (_, record: Fields, item: Fields) => {
    expect(merged(record, item, "ams-wins")).toEqual(record);
    expect(merged(record, item, "remote-wins")).toEqual(item);
    expect(times(record, item, "ams-wins").conflicts).not.toEqual([]);
    for (const { winner } of times(record, item, "remote-wins").conflicts)
      expect(winner).toBe("remote");
  });

  it("move over midnight on both sides and stay there", () =>
    expect(
      merge({
        record: { from: "21:00", to: "02:00" },
        item: { from: "22:00", to: "03:00" },
        base: { from: "22:00", to: "02:00" },
        policy: "ams-wins",
        fieldNames: ["from", "to"],
        inward: true,
      }).record,
    ).toEqual({ from: "21:00", to: "03:00" }));
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

describe("an address that the other side emptied while a part of it changed", () => {
  const base = { street: "Weg 1", city: "Ulm", country: "Deutschland" };
  const moved = { ...base, street: "Weg 2" };
  const given = (
    record: Fields,
    item: Fields,
    policy: "ams-wins" | "remote-wins",
  ) =>
    merge({
      record,
      item,
      base,
      policy,
      fieldNames: ["street", "postalCode", "city", "country"],
      inward: true,
    });

  it("here: under ams-wins it is there again as a whole, under remote-wins it goes", () => {
    const kept = given(moved, {}, "ams-wins");
    expect(kept.fields).toEqual(moved);
    expect(kept.record).toEqual(moved);
    expect(kept.received).toEqual([]);
    expect(kept.conflicts.map(({ field }) => field).sort()).toEqual([
      "city",
      "country",
      "street",
    ]);
    const gone = given(moved, {}, "remote-wins");
    expect(gone.record).toEqual({});
    // Taken back, the street comes with the rest of its address.
    expect(gone.conflicts.map(({ field, ams }) => [field, ams])).toEqual([
      ["street", "Weg 2"],
      ["country", moved.country],
      ["city", moved.city],
    ]);
  });

  it("there: the same the other way round", () => {
    const kept = given({}, moved, "remote-wins");
    expect(kept.record).toEqual(moved);
    expect(kept.fields).toEqual(moved);
    expect(kept.sent).toEqual([]);
    expect(given({}, moved, "ams-wins").fields).toEqual({});
  });

  it("a part that is new and that the policy does not favour goes over by itself", () => {
    const added = { ...base, postalCode: "89073" };
    expect(given(added, {}, "ams-wins").fields).toEqual(added);
    const alone = given(added, {}, "remote-wins");
    expect(alone.record).toEqual({ postalCode: "89073" });
    expect(alone.fields).toEqual({ postalCode: "89073" });
  });
});

describe("pickFields", () => {
  it("leaves out others and empty ones", () =>
    expect(
      pickFields({ city: "", lastName: "Zoë", fax: "1" }, ["city", "lastName"]),
    ).toEqual({ lastName: "Zoë" }));
});
