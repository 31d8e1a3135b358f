import ICAL from "ical.js";
import { line } from "./expected.js";

/** RFC 6350 6.2.7 in the words of ams. */
const GENDERS: Readonly<Record<string, string>> = {
  M: "male",
  MALE: "male",
  F: "female",
  FEMALE: "female",
  O: "diverse",
  OTHER: "diverse",
};

/** A card as one line of `expected.ts`. */
export function seenContact(vcard: string): string {
  const card = new ICAL.Component(ICAL.parse(vcard));
  const first = (name: string): string => {
    const value = card.getFirstPropertyValue(name);
    return value === null ? "" : String(value);
  };
  const parts = (name: string): string[] => {
    const value = card.getFirstPropertyValue(name);
    return Array.isArray(value) ? value.map(String) : [];
  };
  const phone = (type: string): string =>
    card
      .getAllProperties("tel")
      .filter((tel) => {
        const has = typesOf(tel);
        return has.includes(type) && (type === "fax" || !has.includes("fax"));
      })
      .map((tel) => String(tel.getFirstValue()))[0] ?? "";
  const [, , street, city, , postalCode, country] = parts("adr");
  const [lastName, firstName] = parts("n");
  const person = `${lastName ?? ""}${firstName ?? ""}` !== "";
  return line([
    firstName,
    lastName,
    person ? "" : first("fn"),
    street,
    postalCode,
    city,
    country,
    first("title"),
    phone("home"),
    phone("work"),
    phone("fax"),
    phone("cell"),
    first("email"),
    first("url"),
    GENDERS[(first("gender") || first("x-gender")).toUpperCase()] ?? "",
    first("bday").slice(0, 10),
  ]);
}

/** An event as one line of `expected.ts`, its times as they stand on the wall. */
export function seenAppointment(ics: string): string {
  const event = new ICAL.Component(ICAL.parse(ics)).getFirstSubcomponent(
    "vevent",
  );
  const start = event?.getFirstPropertyValue("dtstart");
  const end = event?.getFirstPropertyValue("dtend") ?? start;
  if (!event || !(start instanceof ICAL.Time) || !(end instanceof ICAL.Time)) {
    throw new Error("an event without a start");
  }
  const duration = event.getFirstPropertyValue("duration");
  const wall = (time: ICAL.Time): string =>
    time.isDate ? "" : time.toString().slice(11, 16);
  const text = (name: string): string => {
    const value = event.getFirstPropertyValue(name);
    return value === null ? "" : String(value);
  };
  return line([
    start.toString().slice(0, 10),
    wall(start),
    duration instanceof ICAL.Duration
      ? later(wall(start), duration.toSeconds())
      : wall(end),
    text("summary"),
    text("description"),
  ]);
}

/** A wall time so many seconds on, by its digits: an event in the hour that the spring night skips has no DTEND. */
function later(from: string, seconds: number): string {
  const [hours = 0, minutes = 0] = from.split(":").map(Number);
  const at = (hours * 60 + minutes + Math.round(seconds / 60)) % (24 * 60);
  return [Math.floor(at / 60), at % 60]
    .map((part) => String(part).padStart(2, "0"))
    .join(":");
}

const typesOf = (property: ICAL.Property): string[] =>
  [property.getParameter("type") ?? []]
    .flat()
    .map((type) => type.toLowerCase());
