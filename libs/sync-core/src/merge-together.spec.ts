import { describe, expect, it } from "vitest";
import type { Fields } from "./canonical.js";
import { merge } from "./merge.js";

/** Fields that are one thing: a time, an address. */

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
