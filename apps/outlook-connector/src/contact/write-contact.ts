import { ADDRESS_FIELDS, tidy } from "@ams-sync/sync-core";
import type {
  Contact,
  ContactField,
  Fields,
  TimeZone,
} from "@ams-sync/sync-core";
import type {
  EmailAddress,
  NullableOption,
  PhysicalAddress,
  SingleValueLegacyExtendedProperty,
} from "@microsoft/microsoft-graph-types";
import { FAX, GENDER, OWN_ID, valueOf } from "../item/extended.js";
import { isEmpty } from "./like.js";
import { isNameless, normalizeContact, readContact } from "./read-contact.js";
import {
  ADDRESSES,
  addressFields,
  FAXES,
  slotsOf,
  type StoredContact,
} from "./slots.js";

/** The body of a request: explicit nulls empty, what is missing stays (Graph's PATCH). */
type Write = {
  -readonly [name in keyof StoredContact]?: NullableOption<StoredContact[name]>;
};

/** A new contact of this identity. */
export function newContact(uid: string, contact: Contact): Write {
  const empty: StoredContact = {};
  const body = changesOf(empty, normalizeContact(contact), {});
  return {
    ...body,
    singleValueExtendedProperties: [
      { id: OWN_ID, value: uid },
      ...(body.singleValueExtendedProperties ?? []),
    ],
  };
}

/** What makes the stored contact say this; undefined where it does already. */
export function contactUpdate(
  item: StoredContact,
  contact: Contact,
  zone: TimeZone,
  believed: Contact = contact,
): Write | undefined {
  const as = { ...believed, type: contact.type };
  const there: Fields = readContact(item, zone, as).fields;
  const body = changesOf(item, normalizeContact(contact), there, as.fields);
  if (Object.keys(body).length === 0) return undefined;
  // Exchange makes a display name anew where a request brings other names and none.
  return { displayName: item.displayName ?? null, ...body };
}

function changesOf(
  item: StoredContact,
  contact: Contact,
  there: Fields,
  believed: Fields = {},
): Write {
  const next: Fields = contact.fields;
  const changed = (...names: readonly ContactField[]): boolean =>
    names.some((name) => (next[name] ?? "") !== (there[name] ?? ""));
  const slots = slotsOf(item, contact.type, believed);
  const body: Write = {};
  if (changed("name", "firstName", "lastName") || hasOtherNames(item, contact))
    Object.assign(body, namesFor(item, contact, there));
  if (changed(...ADDRESS_FIELDS)) {
    const slot = slots.address ?? freeAddress(item, contact);
    if (slot) body[slot] = addressFor(item[slot], next);
  }
  if (changed("profession")) body.profession = next["profession"] ?? null;
  if (changed("mobile")) body.mobilePhone = next["mobile"] ?? null;
  if (changed("webPage")) body.businessHomePage = next["webPage"] ?? null;
  if (changed("phonePrivate"))
    body.homePhones = replaced(
      item.homePhones,
      slots.homePhone,
      next["phonePrivate"],
      MOST_PHONES,
    );
  if (changed("phoneBusiness"))
    body.businessPhones = replaced(
      item.businessPhones,
      slots.businessPhone,
      next["phoneBusiness"],
      MOST_PHONES,
    );
  if (changed("email"))
    body.emailAddresses = replaced(
      item.emailAddresses,
      slots.email,
      emailFor(item.emailAddresses?.[slots.email ?? Infinity], next),
      MOST_EMAILS,
    );
  const extended: SingleValueLegacyExtendedProperty[] = [];
  if (changed("fax")) {
    const slot = slots.fax ?? freeFax(item, contact);
    if (slot) extended.push({ id: FAX[slot], value: next["fax"] ?? "" });
  }
  if (contact.type === "private") {
    if (changed("birthDate"))
      body.birthday = next["birthDate"]
        ? `${next["birthDate"]}T11:59:00Z`
        : null;
    if (changed("gender"))
      extended.push({ id: GENDER, value: GENDERS.get(next["gender"]) ?? "0" });
  }
  if (extended.length > 0) body.singleValueExtendedProperties = extended;
  return body;
}

const GENDERS = new Map<string | undefined, string>([
  ["female", "1"],
  ["male", "2"],
]);

/** Of a record that was a person before, or a company. */
const hasOtherNames = (item: StoredContact, { type }: Contact): boolean =>
  type === "commercial" &&
  !isNameless(item) &&
  tidy(item.companyName ?? "") === "";

/**
 * Names with what Outlook shows of them. Somebody's own display name or file-as stays unless it was made of the old names.
 */
function namesFor(
  item: StoredContact,
  { type, fields }: Contact,
  there: Fields,
): Write {
  const { name, firstName, lastName }: Fields = fields;
  if (type === "commercial") {
    return {
      companyName: name ?? null,
      displayName: name ?? null,
      ...(isDerived(item.fileAs, item) && { fileAs: name ?? null }),
      // The names of a person that turned into a company; somebody's beside a company's stay.
      ...(hasOtherNames(item, { type, fields }) && {
        givenName: null,
        ...(item.middleName && { middleName: null }),
        surname: null,
      }),
    };
  }
  const middle = tidy(item.middleName ?? "");
  // It would stand there twice.
  const repeated =
    middle !== "" &&
    (endsWith(firstName, middle) || endsWith(there["firstName"], middle));
  const given = [firstName, repeated ? "" : middle].filter(Boolean).join(" ");
  const display = [given, lastName].filter(Boolean).join(" ");
  const fileAs = [lastName, given].filter(Boolean).join(", ");
  return {
    givenName: firstName ?? null,
    ...(repeated && { middleName: null }),
    surname: lastName ?? null,
    displayName: display,
    ...(isDerived(item.fileAs, item) && { fileAs }),
    ...(isNameless(item) &&
      item.companyName &&
      isCompanys(item) && { companyName: null }),
  };
}

const endsWith = (names: string | undefined, last: string): boolean =>
  ` ${names ?? ""}`.endsWith(` ${last}`);

/** Made of the names as they are now, in one of the ways in which Outlook does it. */
function isDerived(fileAs: string | null | undefined, item: StoredContact) {
  const shown = tidy(fileAs ?? "");
  if (shown === "") return true;
  const given = tidy(item.givenName ?? "");
  const last = tidy(item.surname ?? "");
  const company = tidy(item.companyName ?? "");
  return [
    ...[given, tidy(`${given} ${item.middleName ?? ""}`)].flatMap((first) => [
      ...[`${last}, ${first}`, `${first} ${last}`, `${last} ${first}`, first],
    ]),
    ...[last, company, tidy(item.displayName ?? "")],
  ].includes(shown);
}

/** It was written as a company, and is a person now. */
const isCompanys = ({ displayName, companyName }: StoredContact): boolean =>
  tidy(displayName ?? "") === tidy(companyName ?? "");

/** Graph takes an address as a whole: the part that ams does not know stays. */
const addressFor = (
  old: PhysicalAddress | null | undefined,
  next: Fields,
): PhysicalAddress => ({
  ...(old?.state && { state: old.state }),
  street: next["street"] ?? null,
  postalCode: next["postalCode"] ?? null,
  city: next["city"] ?? null,
  countryOrRegion: next["country"] ?? null,
});

function emailFor(
  old: EmailAddress | undefined,
  { email, name, firstName, lastName }: Fields,
): EmailAddress | undefined {
  if (email === undefined) return undefined;
  const own = name ?? [firstName, lastName].filter(Boolean).join(" ");
  // A name that was only the old address would show that one on.
  const shown =
    old?.name && tidy(old.name) !== tidy(old.address ?? "") ? old.name : own;
  return { address: email, ...(shown !== "" && { name: shown }) };
}

/** Exchange has so many properties for them: PidTagHome2TelephoneNumber is the last, and there are three e-mail addresses. */
const MOST_PHONES = 2;
const MOST_EMAILS = 3;

/**
 * The others keep their order.
 * @param at undefined: none of them is ours; ours comes beside them while there is room
 */
function replaced<T>(
  all: readonly T[] | null | undefined,
  at: number | undefined,
  next: T | undefined,
  most: number,
): T[] {
  const some = [...(all ?? [])];
  if (at !== undefined)
    some.splice(at, 1, ...(next === undefined ? [] : [next]));
  else if (next !== undefined && some.length < most) some.push(next);
  return some;
}

/** Where none of those that are filled is ours. */
const freeAddress = (item: StoredContact, { type, fields }: Contact) =>
  isEmpty(fields)
    ? undefined
    : ADDRESSES[type].find((slot) => isEmpty(addressFields(item[slot])));

const freeFax = (item: StoredContact, { type, fields }: Contact) =>
  (fields as Fields)["fax"] === undefined
    ? undefined
    : FAXES[type].find((slot) => tidy(valueOf(item, FAX[slot])) === "");
