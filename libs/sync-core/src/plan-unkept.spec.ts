import { describe, expect, it } from "vitest";
import type { Fields } from "./canonical.js";
import { plan } from "./plan.js";

const BASE: Fields = { lastName: "Groß", city: "Köln", fax: "0351 3" };
const LACKING: Fields = { lastName: "Groß", city: "Köln" };

const decide = (
  record: Fields,
  item: Fields,
  unkept: readonly string[] | undefined = ["fax"],
) =>
  plan({
    link: {
      origin: "created",
      itemId: "/a/7.vcf",
      itemVersion: "v1",
      base: BASE,
      ...(unkept && { unkept }),
    },
    record: { state: "in", fields: record },
    item: { state: "present", fields: item, version: "v2", own: true },
    policy: "remote-wins",
    inward: true,
    type: "private",
    fieldNames: ["city", "fax", "lastName"],
  });

describe("a field that was written and is not kept there", () => {
  it("is not emptied by its absence, and not sent again for it", () => {
    expect(decide(BASE, LACKING)).toMatchObject({ do: "link", base: BASE });
    expect(decide(BASE, LACKING, [])).toMatchObject({
      do: "take",
      inward: { received: ["fax"] },
    });
  });

  it("goes once more with whatever else is sent", () => {
    expect(decide({ ...BASE, city: "Bonn" }, LACKING)).toMatchObject({
      do: "update",
      fields: { ...BASE, city: "Bonn" },
      sent: ["city"],
      clears: false,
    });
  });

  it("is sent when it changes in ams", () => {
    const changed = { ...BASE, fax: "0351 4" };
    expect(decide(changed, LACKING)).toMatchObject({
      do: "update",
      sent: ["fax"],
      base: changed,
      conflicts: [],
    });
  });

  it("comes in where it is entered there", () => {
    const entered = { ...BASE, fax: "0351 5" };
    expect(decide(BASE, entered)).toMatchObject({
      do: "take",
      inward: { fields: entered, received: ["fax"] },
    });
  });

  it("is remembered as held once it is there", () => {
    const input = decide(BASE, BASE);
    expect(input).toMatchObject({ do: "link", base: BASE, itemVersion: "v2" });
  });

  it("is not put beside the parts of another address that somebody entered there", () => {
    const here: Fields = { ...BASE, street: "Ring 1", postalCode: "50667" };
    const named = ["city", "fax", "lastName", "postalCode", "street"];
    const entered = (there: Fields) =>
      plan({
        link: {
          ...{ origin: "created", itemId: "/a/7.vcf" },
          ...{ base: here, unkept: named },
        },
        record: { state: "in", fields: here },
        item: { state: "present", fields: there, version: "v2", own: true },
        ...{ policy: "remote-wins", inward: true, type: "private" },
        fieldNames: named,
      });
    const another = entered({ lastName: "Groß", city: "Bonn" });
    const came = another.do === "take" ? another.inward.fields : another;
    expect(came).toEqual({ lastName: "Groß", fax: "0351 3", city: "Bonn" });
    // The same address still, in part.
    expect(entered({ lastName: "Groß", city: "Köln" })).toMatchObject({
      do: "link",
      base: here,
    });
  });

  it("is not seen in what the item says several things of", () => {
    const unclear = plan({
      link: {
        ...{ origin: "created", itemId: "/a/7.vcf", itemVersion: "v2" },
        ...{ base: BASE, unkept: ["fax"] },
      },
      record: { state: "in", fields: BASE },
      item: {
        ...{ state: "present", fields: BASE, version: "v2", own: true },
        unclear: ["fax"],
      },
      ...{ policy: "remote-wins", inward: true, type: "private" },
      fieldNames: ["city", "fax", "lastName"],
    });
    expect(unclear).toMatchObject({ do: "set-aside", cell: "several-values" });
  });

  it("is in the way of nothing else that comes in", () => {
    expect(decide(BASE, { ...LACKING, city: "Bonn" })).toMatchObject({
      do: "take",
      inward: { received: ["city"], fields: { ...BASE, city: "Bonn" } },
      base: { ...BASE, city: "Bonn" },
    });
  });
});
