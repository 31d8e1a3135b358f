import type { Seen } from "@ams-sync/testing/graph";
import { line } from "./expected.js";

/** MS-OXPROPS: PidTagGender, and the fax numbers that Graph has no property for. */
const GENDER = "0x3a4d";
const HOME_FAX = "0x3a25";
const BUSINESS_FAX = "0x3a24";

/** MS-OXOCNTC 2.2.1.10.3 */
const GENDERS: Readonly<Record<string, string>> = { 1: "female", 2: "male" };

type Json = Readonly<Record<string, unknown>>;

/** A contact, as Outlook shows it, as one line of `expected.ts`. */
export function seenOutlookContact(contact: Seen): string {
  const text = (name: string): string => textOf(contact[name]);
  const person = `${text("givenName")}${text("surname")}` !== "";
  const address = objectOf(contact[person ? "homeAddress" : "businessAddress"]);
  return line([
    text("givenName"),
    text("surname"),
    person ? "" : text("companyName"),
    textOf(address["street"]),
    textOf(address["postalCode"]),
    textOf(address["city"]),
    textOf(address["countryOrRegion"]),
    text("profession"),
    textOf(listOf(contact["homePhones"])[0]),
    textOf(listOf(contact["businessPhones"])[0]),
    extended(contact, person ? HOME_FAX : BUSINESS_FAX),
    text("mobilePhone"),
    textOf(objectOf(listOf(contact["emailAddresses"])[0])["address"]),
    text("businessHomePage"),
    GENDERS[extended(contact, GENDER)] ?? "",
    // Noon in UTC: the same day in Germany.
    text("birthday").slice(0, 10),
  ]);
}

/** An event as one line of `expected.ts`, its times as the mailbox's clock shows them. */
export function seenOutlookEvent(event: Seen): string {
  const start = textOf(objectOf(event["start"])["dateTime"]);
  const end = textOf(objectOf(event["end"])["dateTime"]);
  const wall = (time: string): string =>
    event["isAllDay"] === true ? "" : time.slice(11, 16);
  return line([
    start.slice(0, 10),
    wall(start),
    wall(end),
    textOf(event["subject"]),
    textOf(objectOf(event["body"])["content"]).replaceAll("\r\n", "\n"),
  ]);
}

/** Its id ends with the property's number, in any spelling. */
const extended = (contact: Seen, number: string): string =>
  listOf(contact["singleValueExtendedProperties"])
    .map(objectOf)
    .filter(({ id }) => textOf(id).toLowerCase().endsWith(` ${number}`))
    .map(({ value }) => textOf(value))[0] ?? "";

const textOf = (value: unknown): string =>
  typeof value === "string" ? value : "";
const listOf = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value : [];
const objectOf = (value: unknown): Json =>
  typeof value === "object" && value !== null ? (value as Json) : {};
