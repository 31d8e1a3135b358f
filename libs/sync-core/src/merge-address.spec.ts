import { describe, expect, it } from "vitest";
import { merge } from "./merge.js";
import type { MergeInput } from "./merge.js";

describe("two addresses of which nothing was ever agreed", () => {
  const ours = { street: "Ring 1", city: "Köln" };
  const theirs = {
    street: "Weg 5",
    postalCode: "53111",
    city: "Bonn",
    country: "Deutschland",
  };
  const given = (
    policy: "ams-wins" | "remote-wins",
    over: Partial<MergeInput> = {},
  ) =>
    merge({
      record: ours,
      item: theirs,
      base: {},
      policy,
      fieldNames: ["street", "country", "postalCode", "city", "fax"],
      inward: true,
      ...over,
    });

  it("are not mixed: ams-wins sends all of it, and the journal has all that gives way", () => {
    const merged = given("ams-wins");
    expect(merged.fields).toEqual(ours);
    expect(merged.record).toEqual(ours);
    expect(merged.received).toEqual([]);
    expect(merged.conflicts).toEqual([
      { field: "street", winner: "ams", ams: "Ring 1", remote: "Weg 5" },
      { field: "country", winner: "ams", remote: "Deutschland" },
      { field: "postalCode", winner: "ams", remote: "53111" },
      { field: "city", winner: "ams", ams: "Köln", remote: "Bonn" },
    ]);
    expect(merged.emptied).toEqual(["country", "postalCode"]);
  });

  it("are not mixed: remote-wins takes all of it, what ams alone has included", () => {
    const merged = given("remote-wins", {
      record: { ...ours, country: "Österreich", fax: "1" },
      item: { street: "Weg 5", city: "Bonn" },
    });
    expect(merged.record).toEqual({ street: "Weg 5", city: "Bonn", fax: "1" });
    expect(merged.fields).toEqual(merged.record);
    expect(merged.sent).toEqual(["fax"]);
    expect(merged.emptied).toEqual(["country"]);
    expect(merged.conflicts.map(({ field }) => field)).toEqual([
      "street",
      "country",
      "city",
    ]);
  });

  it.each(["ams-wins", "remote-wins"] as const)(
    "fill each other up where nothing tells that they are two: %s",
    (policy) => {
      const merged = given(policy, {
        record: { street: "Ring 1", country: "Deutschland" },
        item: { postalCode: "53111", country: "Deutschland" },
      });
      const both = {
        street: "Ring 1",
        postalCode: "53111",
        country: "Deutschland",
      };
      expect(merged.fields).toEqual(both);
      expect(merged.record).toEqual(both);
      expect(merged.conflicts).toEqual([]);
    },
  );

  it.each([
    ["ams-wins", "Hauptstr. 5"],
    ["remote-wins", "Hauptstraße 5"],
  ] as const)(
    "are one where only the street is spelt in another way: %s decides on the street alone",
    (policy, street) => {
      const merged = given(policy, {
        record: { street: "Hauptstr. 5", city: "Köln", country: "Deutschland" },
        item: { street: "Hauptstraße 5", city: "KÖLN", postalCode: "50667" },
      });
      const both = { street, postalCode: "50667", country: "Deutschland" };
      expect(merged.record).toMatchObject(both);
      expect(merged.fields).toEqual(merged.record);
      expect(merged.emptied).toEqual([]);
      expect(merged.conflicts.map(({ field }) => field)).toEqual([
        "street",
        "city",
      ]);
    },
  );

  it.each(["ams-wins", "remote-wins"] as const)(
    "and a country alone is none: it empties nothing of the other one: %s",
    (policy) => {
      const country = { country: "Deutschland" };
      for (const [record, item] of [
        [country, theirs],
        [theirs, country],
        [{ country: "Frankreich" }, ours],
        [{ country: "Frankreich" }, theirs],
      ] as const) {
        const merged = given(policy, { record, item });
        const lost = Object.keys({ ...record, ...item }).filter(
          (name) => merged.record[name] === undefined,
        );
        expect(lost).toEqual([]);
        expect(merged.emptied).toEqual([]);
      }
    },
  );

  it("are two although a country was agreed on", () => {
    const base = { country: "Deutschland" };
    const merged = given("remote-wins", {
      ...{ base, record: { ...ours, postalCode: "50667", ...base } },
      item: { street: "Seestr. 1", city: "Konstanz", ...base },
    });
    expect(merged.record).toEqual({
      street: "Seestr. 1",
      city: "Konstanz",
      country: "Deutschland",
    });
    expect(merged.emptied).toEqual(["postalCode"]);
  });

  it("fill each other up where both are the same place", () => {
    const merged = given("ams-wins", {
      item: { city: "Köln", postalCode: "50667" },
    });
    expect(merged.record).toEqual({ ...ours, postalCode: "50667" });
    expect(merged.fields).toEqual(merged.record);
    expect(merged.conflicts).toEqual([]);
  });

  const lindenweg = { street: "Lindenweg 3", postalCode: "80331" };
  const abroad = { postalCode: "1010", country: "Österreich" };

  it.each([
    ["streets", lindenweg, { street: "Hafenstr. 88", city: "Hamburg" }],
    ["countries", { street: "Ring 1", country: "Deutschland" }, abroad],
  ])("are not mixed where their %s tell them apart", (_, record, item) => {
    const kept = given("ams-wins", { record, item });
    expect([kept.record, kept.fields]).toEqual([record, record]);
    const taken = given("remote-wins", { record, item });
    expect([taken.record, taken.fields]).toEqual([item, item]);
  });

  it.each([
    ["Hauptstr. 5", "Hauptstraße 5"],
    ["Haupt-Str.5", "haupt strasse 5"],
    ["Schillerplatz 1", "Schillerpl. 1"],
  ])("fill each other up in one street: %s, %s", (one, other) => {
    const record = { street: one, postalCode: "80331", country: "Deutschland" };
    const item = { street: other, city: "München", country: "Germany" };
    expect(given("ams-wins", { record, item }).record).toEqual({
      ...{ ...record, city: "München" },
    });
  });

  it("fill each other up in one town, however street and country are spelt", () => {
    const record = { street: "Am Ring 1", city: "Köln", country: "D" };
    const item = { street: "Ring 1", city: "Köln", postalCode: "50667" };
    const merged = given("ams-wins", {
      ...{ record, item: { ...item, country: "Deutschland" } },
    });
    expect(merged.record).toEqual({ ...record, postalCode: "50667" });
    expect(merged.emptied).toEqual([]);
  });

  it("wait as a whole where the other one cannot come in", () => {
    const record = { ...ours, country: "Deutschland" };
    const merged = given("remote-wins", { record, inward: false });
    expect(merged.record).toEqual(record);
    expect(merged.fields).toEqual(theirs);
    expect(merged.base).toEqual({});
  });

  it("go by fields once something of them is agreed", () =>
    expect(given("ams-wins", { base: { city: "Ulm" } }).received).toEqual([
      "country",
      "postalCode",
    ]));
});
