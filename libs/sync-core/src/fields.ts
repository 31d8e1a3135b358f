import {
  APPOINTMENT_FIELDS,
  COMMERCIAL_CONTACT_FIELDS,
  PRIVATE_CONTACT_FIELDS,
} from "./canonical.js";
import type { AppointmentField, ContactField } from "./canonical.js";
import type { RecordKind } from "./kinds.js";
import type { SyncOptions } from "./options.js";

export const CONTACT_FIELDS: readonly ContactField[] = [
  ...new Set([...PRIVATE_CONTACT_FIELDS, ...COMMERCIAL_CONTACT_FIELDS]),
];

/** Everywhere outside one property, which is sent whole where the item has none: a part alone is no address. */
export const ADDRESS_FIELDS = [
  "street",
  "country",
  "postalCode",
  "city",
] as const satisfies readonly ContactField[];

/** When it takes place. */
export const WHEN_FIELDS = [
  "date",
  "from",
  "to",
] as const satisfies readonly AppointmentField[];

/** Fields that mean something only together with this one: an address, or when an appointment takes place. */
export const togetherWith = (field: string): readonly string[] =>
  [ADDRESS_FIELDS, WHEN_FIELDS].find((group: readonly string[]) =>
    group.includes(field),
  ) ?? [field];

export interface FieldRule {
  /** Longest value that is carried, in characters (code points). More is a broken row, not a long name. */
  readonly limit: number;
  /** May hold line breaks and tabs. */
  readonly multiline?: true;
  readonly de: string;
  readonly en: string;
}

/** One row for each mapped field: what ams may hand over and what people call it. */
export const FIELD_RULES: {
  readonly [name in ContactField | AppointmentField]: FieldRule;
} = {
  name: { limit: 255, de: "Name", en: "name" },
  firstName: { limit: 255, de: "Vorname", en: "first name" },
  lastName: { limit: 255, de: "Nachname", en: "last name" },
  street: { limit: 255, de: "Straße", en: "street" },
  country: { limit: 255, de: "Land", en: "country" },
  postalCode: { limit: 32, de: "Postleitzahl", en: "postal code" },
  city: { limit: 255, de: "Ort", en: "city" },
  profession: { limit: 255, de: "Beruf", en: "profession" },
  phonePrivate: { limit: 64, de: "Telefon privat", en: "phone (private)" },
  phoneBusiness: {
    limit: 64,
    de: "Telefon geschäftlich",
    en: "phone (business)",
  },
  fax: { limit: 64, de: "Fax", en: "fax" },
  mobile: { limit: 64, de: "Mobiltelefon", en: "mobile phone" },
  // RFC 5321 4.5.3.1: 64 octets before the @, 255 after it.
  email: { limit: 320, de: "E-Mail", en: "e-mail" },
  webPage: { limit: 2048, de: "Internetseite", en: "web page" },
  gender: { limit: 32, de: "Geschlecht", en: "gender" },
  birthDate: { limit: 32, de: "Geburtsdatum", en: "birth date" },
  date: { limit: 32, de: "Datum", en: "date" },
  reason: { limit: 1024, de: "Termingrund", en: "reason" },
  remark: {
    limit: 32_000,
    multiline: true,
    de: "Terminanmerkung",
    en: "remark",
  },
  from: { limit: 32, de: "von", en: "from" },
  to: { limit: 32, de: "bis", en: "to" },
};

/**
 * The names that the planner compares for a record of this kind. For contacts those of both types: a customer that
 * turns from private to commercial empties its first name there, because the base still has it.
 */
export function sentFields(
  kind: RecordKind,
  options: SyncOptions,
): readonly string[] {
  if (kind === "appointment") return APPOINTMENT_FIELDS;
  const birthday = kind === "customer" && options.contacts?.birthday === true;
  return birthday
    ? CONTACT_FIELDS
    : CONTACT_FIELDS.filter((name) => name !== "birthDate");
}

/** The names that other options would add to them. */
export function unsentFields(
  kind: RecordKind,
  options: SyncOptions,
): readonly string[] {
  if (kind !== "customer") return [];
  const sent = sentFields(kind, options);
  return CONTACT_FIELDS.filter((name) => !sent.includes(name));
}
