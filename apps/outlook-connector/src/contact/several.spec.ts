import type { Contact, TimeZone } from "@ams-sync/sync-core";
import { expect, it } from "vitest";
import { FAX } from "../item/extended.js";
import { contactCodec } from "./contact-codec.js";
import { readContact } from "./read-contact.js";
import type { StoredContact } from "./slots.js";
import { contactUpdate } from "./write-contact.js";

const ZONE = "Europe/Berlin" as TimeZone;
const codec = contactCodec(ZONE);
const person = (fields: Contact["fields"]): Contact => ({
  type: "private",
  fields: { lastName: "Groß", ...fields },
});
const item = (more: StoredContact): StoredContact => ({
  ...{ surname: "Groß", displayName: "Groß" },
  ...more,
});
const weg = { street: "Weg 1", postalCode: "01067", city: "Dresden" };
const platz = { street: "Platz 9", postalCode: "80331", city: "München" };
const read = (stored: StoredContact, known: Contact) => {
  const { canonical, unclear } = codec.read(stored, known);
  return { canonical, unclear };
};

it.each<[string, StoredContact, Contact["fields"], readonly string[]]>([
  [
    "the firm's address, where the private one was taken off",
    { businessAddress: platz },
    weg,
    ["street", "postalCode", "city"],
  ],
  [
    "one of two numbers",
    { homePhones: ["+49 30 111", "0171 222"] },
    { phonePrivate: "+43 1 9876543" },
    ["phonePrivate"],
  ],
  [
    "one of two mail addresses",
    {
      emailAddresses: [
        { address: "verein@example.org" },
        { address: "firma@example.org" },
      ],
    },
    { email: "jo.gross@web.example" },
    ["email"],
  ],
  [
    "one of two faxes",
    {
      singleValueExtendedProperties: [
        { id: FAX.home, value: "030 1" },
        { id: FAX.business, value: "089 2" },
      ],
    },
    { fax: "0351 77777" },
    ["fax"],
  ],
])(
  "of several none is taken that is not like ours: %s",
  (_, stored, known, unclear) => {
    const believed = person(known);
    expect(read(item(stored), believed)).toEqual({
      canonical: believed,
      unclear: expect.arrayContaining([...unclear]),
    });
  },
);

it("the one that is like ours is ours, wherever it stands", () => {
  const known = person({ ...weg, phonePrivate: "0351 4711" });
  const moved = { ...weg, street: "Weg 2" };
  const stored = item({
    ...{ homeAddress: platz, businessAddress: moved },
    homePhones: ["030 99", "0351 4712"],
  });
  expect(read(stored, known)).toEqual({
    canonical: person({ ...moved, phonePrivate: "0351 4712" }),
    unclear: undefined,
  });
});

it("one that is emptied is empty, and the only one at its place is ours whatever it says", () => {
  expect(read(item({}), person(weg)).canonical).toEqual(person({}));
  const both = item({ homeAddress: platz, businessAddress: weg });
  const known = person({ street: "Gasse 5", city: "Köln" });
  expect(read(both, known).canonical).toEqual(person(platz));
});

it("what ams changes then is put beside them, while there is room", () => {
  const stored = item({
    businessAddress: platz,
    emailAddresses: [
      { address: "verein@example.org" },
      { address: "firma@example.org" },
    ],
    homePhones: ["+49 30 111", "0171 222"],
  });
  const known = person({
    ...{ ...weg, email: "jo.gross@web.example" },
    phonePrivate: "+43 1 9876543",
  });
  const next = person({
    ...{ ...weg, city: "Pirna", email: "neu@web.example" },
    phonePrivate: "+43 1 5550000",
  });
  const now = readContact(stored, ZONE, known);
  const body = contactUpdate(stored, next, ZONE, now);
  expect(body).toMatchObject({
    homeAddress: { street: "Weg 1", city: "Pirna" },
    emailAddresses: [
      { address: "verein@example.org" },
      { address: "firma@example.org" },
      { address: "neu@web.example" },
    ],
    homePhones: ["+49 30 111", "0171 222"],
  });
  expect(body).not.toHaveProperty("businessAddress");
});
