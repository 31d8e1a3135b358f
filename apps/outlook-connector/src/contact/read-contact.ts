import {
  ADDRESS_FIELDS,
  dayIn,
  givenNames,
  parsePlainDate,
  tidy,
} from "@ams-sync/sync-core";
import type {
  Contact,
  ContactField,
  Fields,
  Instant,
  TimeZone,
} from "@ams-sync/sync-core";
import { FAX, GENDER, valueOf } from "../item/extended.js";
import {
  addressesOf,
  addressFields,
  slotsOf,
  type StoredContact,
  tidied,
} from "./slots.js";

type Values = { [name in ContactField]?: string };

/** Outlook and phones write it for "no year". */
const NO_YEAR = "1604";

/**
 * A contact as ams knows it. `believed` says which of several values is ours and what one stands for that ams cannot hold;
 * without it the item's own look decides whether it is a person.
 */
export function readContact(
  item: StoredContact,
  zone: TimeZone,
  believed?: Contact,
): Contact {
  const type = believed?.type ?? typeOf(item);
  const known: Fields = believed?.fields ?? {};
  const slots = slotsOf(item, type, known);
  const values: Values = {
    ...namesOf(item, type, known),
    ...(slots.address === undefined
      ? addressIn(known)
      : addressFields(item[slots.address])),
    profession: tidy(item.profession ?? ""),
    phonePrivate: at(
      tidied(item.homePhones),
      slots.homePhone,
      known["phonePrivate"],
    ),
    phoneBusiness: at(
      tidied(item.businessPhones),
      slots.businessPhone,
      known["phoneBusiness"],
    ),
    fax:
      slots.fax === undefined
        ? (known["fax"] ?? "")
        : tidy(valueOf(item, FAX[slots.fax])),
    mobile: tidy(item.mobilePhone ?? ""),
    email: at(addressesOf(item), slots.email, known["email"]),
    webPage: tidy(item.businessHomePage ?? ""),
    ...(type === "private" && {
      gender: GENDERS.get(valueOf(item, GENDER)) ?? "",
      birthDate: birthDateOf(item, zone, known["birthDate"]),
    }),
  };
  const fields = Object.entries(values).filter(([, text]) => text !== "");
  return { type, fields: Object.fromEntries(fields) };
}

/** Where it is unclear what is believed stands for it. */
const at = (
  values: readonly string[],
  index: number | undefined,
  known = "",
): string => (index === undefined ? known : (values[index] ?? ""));

const addressIn = (known: Fields): Values =>
  Object.fromEntries(ADDRESS_FIELDS.map((name) => [name, known[name] ?? ""]));

/** A contact that has only a company is one. */
const typeOf = (item: StoredContact): Contact["type"] =>
  isNameless(item) && tidy(item.companyName ?? "") !== ""
    ? "commercial"
    : "private";

export const isNameless = ({ givenName, surname }: StoredContact): boolean =>
  tidy(givenName ?? "") === "" && tidy(surname ?? "") === "";

function namesOf(
  item: StoredContact,
  type: Contact["type"],
  known: Fields,
): Values {
  const display = tidy(item.displayName ?? "");
  const company = tidy(item.companyName ?? "");
  if (type === "commercial")
    return { name: company === "" ? display : company };
  if (!isNameless(item))
    return {
      firstName: givenNames(item.givenName ?? "", item.middleName ?? "", known),
      lastName: tidy(item.surname ?? ""),
    };
  // Some programs fill the display name alone.
  return { lastName: display === "" ? company : display };
}

const GENDERS = new Map([
  ["1", "female"],
  ["2", "male"],
]);

/** MS-ASCNTC 2.2.2.8: the day in the mailbox's zone. */
function birthDateOf(
  { birthday }: StoredContact,
  zone: TimeZone,
  known: string | undefined,
): string {
  const instant = Date.parse(birthday ?? "");
  if (Number.isNaN(instant)) return "";
  const day = dayIn(zone, instant as Instant);
  if (!day.startsWith(`${NO_YEAR}-`)) return parsePlainDate(day) ?? "";
  // Nothing by itself; beside a known date it says the same, or contradicts it.
  if (known === undefined) return "";
  const rest = day.slice(NO_YEAR.length);
  return known.slice(NO_YEAR.length) === rest ? known : `-${rest}`;
}

/** What Outlook cannot hold of a contact. */
export function normalizeContact(contact: Contact): Contact {
  const { gender, birthDate, ...fields } = contact.fields;
  const held = gender === "female" || gender === "male";
  return {
    ...contact,
    fields: {
      ...fields,
      ...(held && { gender }),
      ...(birthDate !== undefined && hasBirthDate(birthDate) && { birthDate }),
    },
  };
}

/** FILETIME begins in 1601, and one year stands for none. */
const hasBirthDate = (date: string): boolean =>
  date >= "1601-01-02" && !date.startsWith(NO_YEAR);
