import { describe, expect, it } from "vitest";
import { canonicalContact } from "./contact.js";
import type { Instant } from "./dates.js";
import type { ContactsOptions, SyncOptions } from "./options.js";
import type { ContactRecord } from "./record.js";

const options = (contacts: Partial<ContactsOptions> = {}): SyncOptions => ({
  policy: "ams-wins",
  contacts: {
    customers: true,
    companies: true,
    agents: true,
    tags: [],
    birthday: true,
    ...contacts,
  },
});

const customer = (
  values: ContactRecord["values"],
  type: ContactRecord["type"] = "private",
): ContactRecord => ({
  id: "7",
  kind: "customer",
  type,
  values,
  tags: [],
  lastChanged: 0 as Instant,
});

const JOERG = { firstName: "Jörg", lastName: "Müller-Lüdenscheidt" };

describe("canonicalContact", () => {
  it("carries the fields of R55, tidied, and leaves out what is empty", () => {
    const record = customer({
      ...JOERG,
      street: " Große Straße 1 ",
      postalCode: "01067",
      city: "",
      fax: null,
      gender: "W",
      birthDate: "1984-02-29",
      name: "GmbH",
    });
    expect(canonicalContact(record, options())).toEqual({
      ok: true,
      canonical: {
        type: "private",
        fields: {
          ...JOERG,
          street: "Große Straße 1",
          postalCode: "01067",
          gender: "female",
          birthDate: "1984-02-29",
        },
      },
    });
  });

  it.each(["company", "agent"] as const)(
    "uses the commercial list for a record of kind %s",
    (kind) => {
      const record = {
        ...customer({ ...JOERG, name: "Münchener Verein" }),
        kind,
      };
      expect(canonicalContact(record, options())).toEqual({
        ok: true,
        canonical: { type: "commercial", fields: { name: "Münchener Verein" } },
      });
    },
  );

  it("neither carries nor checks the birth date where the option is off (R30)", () => {
    const record = customer({ ...JOERG, birthDate: "1985-02-31" });
    expect(canonicalContact(record, options({ birthday: false }))).toEqual({
      ok: true,
      canonical: { type: "private", fields: JOERG },
    });
    expect(canonicalContact(record, options())).toEqual({
      ok: false,
      problem: { code: "impossible-date", field: "birthDate" },
    });
  });

  it.each([
    ["m", "male"],
    ["Herr", "male"],
    ["männlich", "male"],
    ["ma\u0308nnlich", "male"],
    ["f", "female"],
    ["Frau", "female"],
    ["d", "diverse"],
    ["Divers", "diverse"],
  ])("reads the gender %s as %s", (gender, read) =>
    expect(canonicalContact(customer({ ...JOERG, gender }), options())).toEqual(
      {
        ok: true,
        canonical: { type: "private", fields: { ...JOERG, gender: read } },
      },
    ),
  );

  it.each([
    "unbekannt",
    "keine Angabe",
    "Firma",
    "3",
    "x".repeat(99),
    "\u0007",
  ])("takes the gender %j, which says none, for empty", (gender) =>
    expect(canonicalContact(customer({ ...JOERG, gender }), options())).toEqual(
      { ok: true, canonical: { type: "private", fields: JOERG } },
    ),
  );

  it("makes one line of a pasted field", () =>
    expect(
      canonicalContact(
        customer({ ...JOERG, street: "Große Straße 1\r\n\tHinterhaus" }),
        options(),
      ),
    ).toMatchObject({
      canonical: { fields: { street: "Große Straße 1 Hinterhaus" } },
    }));

  it.each([
    [{ street: "Weg 1" }, "private", "no-name", "lastName"],
    [{ firstName: " ", lastName: "\r\n" }, "private", "no-name", "lastName"],
    [JOERG, "commercial", "no-name", "name"],
    [{ lastName: "x".repeat(10_000) }, "private", "too-long", "lastName"],
    [{ ...JOERG, city: "Kö\u0000ln" }, "private", "control-characters", "city"],
  ] as const)("sets aside %j as %s", (values, type, code, field) =>
    expect(canonicalContact(customer(values, type), options())).toEqual({
      ok: false,
      problem: { code, field },
    }),
  );

  it.each([{ firstName: "Jörg" }, { lastName: "Müller" }])(
    "takes one name alone: %j",
    (values) =>
      expect(canonicalContact(customer(values), options()).ok).toBe(true),
  );
});
