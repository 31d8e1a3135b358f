import type { Contact, TimeZone } from "@ams-sync/sync-core";
import { describe, expect, it } from "vitest";
import { FAX, GENDER, OWN_ID } from "../item/extended.js";
import { normalizeContact, readContact } from "./read-contact.js";
import type { StoredContact } from "./slots.js";
import { contactUpdate, newContact } from "./write-contact.js";

const ZONE = "Europe/Berlin" as TimeZone;
const person = (fields: Contact["fields"]): Contact => ({
  type: "private",
  fields,
});
const company = (fields: Contact["fields"]): Contact => ({
  type: "commercial",
  fields,
});
const uid = "0b1f6d3c-5a64-8a53-9d0c-6f9a1c2b3d4e";

/** As Graph's PATCH does it. */
const patched = (
  item: StoredContact,
  body: object | undefined,
): StoredContact => {
  const { singleValueExtendedProperties: old = [], ...rest } = item;
  const { singleValueExtendedProperties: new_ = [], ...changes } = (body ??
    {}) as StoredContact;
  const ids = new Set((new_ ?? []).map(({ id }) => id));
  return {
    ...rest,
    ...changes,
    singleValueExtendedProperties: [
      ...(old ?? []).filter(({ id }) => !ids.has(id)),
      ...(new_ ?? []),
    ],
  } as StoredContact;
};
const made = (contact: Contact): StoredContact =>
  patched({}, newContact(uid, contact));

const ALL = person({
  firstName: "Jörg-Uwe",
  lastName: "Müller",
  street: "Weg 1",
  country: "Österreich",
  postalCode: "01067",
  city: "Dresden",
  profession: "Bäcker",
  phonePrivate: "+49 351 1",
  phoneBusiness: "+49 351 2",
  fax: "+49 351 3",
  mobile: "+49 171 4",
  email: "jo@example.org",
  webPage: "https://jo.example/",
  gender: "male",
  birthDate: "1984-02-29",
});

describe("a new contact", () => {
  it("carries every field of a person (R55) where Outlook shows it", () => {
    expect(newContact(uid, ALL)).toEqual({
      givenName: "Jörg-Uwe",
      surname: "Müller",
      displayName: "Jörg-Uwe Müller",
      fileAs: "Müller, Jörg-Uwe",
      homeAddress: {
        street: "Weg 1",
        postalCode: "01067",
        city: "Dresden",
        countryOrRegion: "Österreich",
      },
      profession: "Bäcker",
      homePhones: ["+49 351 1"],
      businessPhones: ["+49 351 2"],
      mobilePhone: "+49 171 4",
      emailAddresses: [{ address: "jo@example.org", name: "Jörg-Uwe Müller" }],
      businessHomePage: "https://jo.example/",
      birthday: "1984-02-29T11:59:00Z",
      singleValueExtendedProperties: [
        { id: OWN_ID, value: uid },
        { id: FAX.home, value: "+49 351 3" },
        { id: GENDER, value: "2" },
      ],
    });
  });

  it.each([ALL, company({ name: "Bau GmbH", city: "Köln", fax: "1" })])(
    "reads as what was written ($type)",
    (contact) => {
      expect(readContact(made(contact), ZONE)).toEqual(contact);
    },
  );

  it("of a company has its address and fax at work", () => {
    const item = made(company({ name: "Bau GmbH", city: "Köln", fax: "1" }));
    expect(item).toMatchObject({
      companyName: "Bau GmbH",
      businessAddress: { city: "Köln" },
    });
    expect(item.singleValueExtendedProperties).toContainEqual({
      id: FAX.business,
      value: "1",
    });
  });
});

describe("an update", () => {
  it("empties with nulls, empty lists and empty values", () => {
    const next = person({ firstName: "Jörg-Uwe", lastName: "Müller" });
    expect(contactUpdate(made(ALL), next, ZONE, ALL)).toEqual({
      displayName: "Jörg-Uwe Müller",
      homeAddress: {
        street: null,
        postalCode: null,
        city: null,
        countryOrRegion: null,
      },
      profession: null,
      mobilePhone: null,
      homePhones: [],
      businessPhones: [],
      emailAddresses: [],
      businessHomePage: null,
      birthday: null,
      singleValueExtendedProperties: [
        { id: FAX.home, value: "" },
        { id: GENDER, value: "0" },
      ],
    });
  });

  it("says nothing where nothing changes", () => {
    expect(contactUpdate(made(ALL), ALL, ZONE)).toBeUndefined();
  });

  it("keeps the other numbers, addresses and the state", () => {
    const item: StoredContact = {
      ...made(ALL),
      homePhones: ["+49 30 9", "+49 351 1"],
      emailAddresses: [
        { address: "jo@example.org", name: "Jo" },
        { address: "verein@example.org", name: "Verein" },
      ],
      homeAddress: {
        street: "Weg 1",
        postalCode: "01067",
        city: "Dresden",
        state: "Sachsen",
        countryOrRegion: "Österreich",
      },
    };
    const now = readContact(item, ZONE, ALL);
    expect(now).toEqual(ALL);
    const next = person({
      ...ALL.fields,
      phonePrivate: "+49 351 7",
      email: "neu@example.org",
      city: "Pirna",
    });
    expect(contactUpdate(item, next, ZONE, now)).toMatchObject({
      homePhones: ["+49 30 9", "+49 351 7"],
      emailAddresses: [
        { address: "neu@example.org", name: "Jo" },
        { address: "verein@example.org", name: "Verein" },
      ],
      homeAddress: { city: "Pirna", state: "Sachsen" },
    });
  });

  it("leaves a display name and a file-as of somebody's own alone", () => {
    const item = { ...made(ALL), displayName: "Jo (Chef)", fileAs: "Jo" };
    const renamed = person({ ...ALL.fields, lastName: "Meier" });
    expect(
      contactUpdate(item, person({ ...ALL.fields, city: "Ulm" }), ZONE, ALL),
    ).toMatchObject({ displayName: "Jo (Chef)" });
    expect(contactUpdate(item, renamed, ZONE, ALL)).toEqual({
      givenName: "Jörg-Uwe",
      surname: "Meier",
      displayName: "Jörg-Uwe Meier",
    });
  });

  it("takes the names of a person that turned into a company away, and back", () => {
    const firm = company({ name: "Müller GmbH" });
    const asFirm = patched(
      made(ALL),
      contactUpdate(made(ALL), firm, ZONE, ALL),
    );
    expect(asFirm).toMatchObject({
      givenName: null,
      surname: null,
      companyName: "Müller GmbH",
      fileAs: "Müller GmbH",
    });
    const again = patched(asFirm, contactUpdate(asFirm, ALL, ZONE, firm));
    expect(again).toMatchObject({ surname: "Müller", companyName: null });
    expect(readContact(again, ZONE)).toMatchObject(
      person({ lastName: "Müller" }),
    );
  });
});

describe("a second given name", () => {
  const hans = {
    ...{ givenName: "Hans", middleName: "Peter", surname: "Groß" },
    displayName: "Hans Peter Groß",
    fileAs: "Groß, Hans Peter",
  };
  const known = person({ firstName: "Hans Peter", lastName: "Groß" });

  it("belongs to the first name, and stays where that one is corrected there", () => {
    expect(readContact(hans, ZONE)).toEqual(known);
    const johann = { ...hans, givenName: "Johann" };
    expect(readContact(johann, ZONE, known).fields["firstName"]).toBe(
      "Johann Peter",
    );
    const own = person({ firstName: "Hans", lastName: "Groß" });
    expect(readContact(hans, ZONE, own)).toEqual(own);
  });

  it("does not stand there twice once ams has written the first name, and one of somebody's own stays", () => {
    const next = person({ firstName: "Johann Paul", lastName: "Groß" });
    const item = patched(hans, contactUpdate(hans, next, ZONE, known));
    expect(item).toMatchObject({
      ...{ givenName: "Johann Paul", middleName: null, surname: "Groß" },
      ...{ displayName: "Johann Paul Groß", fileAs: "Groß, Johann Paul" },
    });
    expect(readContact(item, ZONE, next)).toEqual(next);
    const own = person({ firstName: "Hans", lastName: "Groß" });
    const eva = person({ firstName: "Eva", lastName: "Groß" });
    expect(patched(hans, contactUpdate(hans, eva, ZONE, own))).toMatchObject({
      givenName: "Eva",
      middleName: "Peter",
    });
  });
});

describe("reading", () => {
  it("finds properties however Exchange spells their ids", () => {
    const item: StoredContact = {
      surname: "Groß",
      singleValueExtendedProperties: [{ id: "Short 0x3a4d", value: "1" }],
    };
    expect(readContact(item, ZONE).fields).toEqual({
      lastName: "Groß",
      gender: "female",
    });
  });

  it("takes the day of a birthday in the tenant's zone, as Outlook writes its midnight", () => {
    const item = { surname: "Groß", birthday: "1990-05-31T22:00:00Z" };
    expect(readContact(item, ZONE).fields.birthDate).toBe("1990-06-01");
  });

  it("takes a birthday without a year for the known one, and shows one that contradicts", () => {
    const item = { surname: "Groß", birthday: "1604-02-28T11:59:00Z" };
    const read = (birthDate?: string) =>
      readContact(item, ZONE, person(birthDate ? { birthDate } : {})).fields
        .birthDate;
    expect([read(), read("1984-02-28"), read("1984-03-01")]).toEqual([
      undefined,
      "1984-02-28",
      "--02-28",
    ]);
  });

  it("takes a contact with a company alone for one, and one with a display name alone for a person", () => {
    expect(readContact({ companyName: "Bau" }, ZONE)).toEqual(
      company({ name: "Bau" }),
    );
    expect(readContact({ displayName: "Oma" }, ZONE)).toEqual(
      person({ lastName: "Oma" }),
    );
  });
});

it("what Outlook cannot hold is no difference", () => {
  const contact = person({
    lastName: "Groß",
    gender: "diverse",
    birthDate: "1604-01-01",
  });
  expect(normalizeContact(contact)).toEqual(person({ lastName: "Groß" }));
});
