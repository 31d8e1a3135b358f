import {
  type ConflictPolicy,
  type Contact,
  type Fields,
  merge,
  sentFields,
} from "@ams-sync/sync-core";
import { readCard, updateCard } from "../vcard/index.js";

export const UID = "f81d4fae-7dec-51d0-a765-00a0c91e6bf6";
export const NOW = Date.UTC(2026, 10, 22, 9, 30);

export const PRIVATE: Contact = {
  type: "private",
  fields: {
    firstName: "Jörg-Uwe",
    lastName: "Müller, Lüdenscheidt",
    street: "Große Straße 1; Hof",
    country: "Deutschland",
    postalCode: "01067",
    city: "Dresden",
    profession: "Bäcker",
    phonePrivate: "+49 351 1",
    phoneBusiness: "0351/2",
    fax: "0351 3",
    mobile: "0171 4",
    email: "joerg@müller.de",
    webPage: "https://müller.de/?a=1,2;3",
    gender: "diverse",
    birthDate: "1984-02-29",
  },
};
export const COMMERCIAL: Contact = {
  type: "commercial",
  fields: { name: "Käthe & Söhne; Bau, GmbH", city: "Köln", fax: "0221 1" },
};

export const card = (...lines: readonly string[]) =>
  ["BEGIN:VCARD", "VERSION:3.0", ...lines, "END:VCARD", ""].join("\r\n");
export const linesIn = (text: string) => text.split("\r\n");
export const read = (text: string, known: Fields = {}) =>
  contactIn(text, { type: "private", fields: known });
export const readUnknown = (text: string) => contactIn(text);

export function contactIn(text: string, believed?: Contact) {
  const card = readCard(text, believed);
  return card.kind === "card" ? card.contact : undefined;
}

const NAMES = sentFields("customer", {
  policy: "ams-wins",
  contacts: {
    customers: true,
    companies: true,
    agents: true,
    tags: [],
    birthday: true,
  },
});

/** What a run makes of a card whose link remembers `base`, once the record is `record`. */
export function carry(
  text: string,
  base: Fields,
  record: Contact,
  policy: ConflictPolicy = "ams-wins",
) {
  const current = contactIn(text, { type: record.type, fields: base });
  if (current === undefined) throw new Error("no card");
  const merged = merge({
    record: record.fields,
    item: current.fields,
    base,
    policy,
    fieldNames: NAMES,
    inward: true,
  });
  const form = { type: record.type, fields: merged.fields } as Contact;
  const next =
    merged.sent.length === 0
      ? text
      : updateCard(text, form, { now: NOW, current });
  return { text: next, received: merged.received, record: merged.record };
}
