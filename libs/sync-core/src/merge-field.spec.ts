import { describe, expect, it } from "vitest";
import type { Fields } from "./canonical.js";
import { merge } from "./merge.js";
import type { MergeInput } from "./merge.js";

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
