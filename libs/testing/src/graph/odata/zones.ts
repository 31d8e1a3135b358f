import { DateTime, IANAZone } from "luxon";
import { Refusal } from "../http/refusal.js";

/** Windows names (CLDR's windowsZones, territory 001) as far as brokers and tests need them; IANA names are taken too. */
const WINDOWS: Readonly<Record<string, string>> = {
  UTC: "UTC",
  "GMT Standard Time": "Europe/London",
  "Greenwich Standard Time": "Atlantic/Reykjavik",
  "W. Europe Standard Time": "Europe/Berlin",
  "Central Europe Standard Time": "Europe/Budapest",
  "Central European Standard Time": "Europe/Warsaw",
  "Romance Standard Time": "Europe/Paris",
  "E. Europe Standard Time": "Europe/Chisinau",
  "GTB Standard Time": "Europe/Bucharest",
  "FLE Standard Time": "Europe/Kiev",
  "Turkey Standard Time": "Europe/Istanbul",
  "Russian Standard Time": "Europe/Moscow",
  "Morocco Standard Time": "Africa/Casablanca",
  "South Africa Standard Time": "Africa/Johannesburg",
  "India Standard Time": "Asia/Calcutta",
  "Nepal Standard Time": "Asia/Katmandu",
  "China Standard Time": "Asia/Shanghai",
  "Tokyo Standard Time": "Asia/Tokyo",
  "AUS Eastern Standard Time": "Australia/Sydney",
  "Lord Howe Standard Time": "Australia/Lord_Howe",
  "New Zealand Standard Time": "Pacific/Auckland",
  "Line Islands Standard Time": "Pacific/Kiritimati",
  "Hawaiian Standard Time": "Pacific/Honolulu",
  "Pacific Standard Time": "America/Los_Angeles",
  "Mountain Standard Time": "America/Denver",
  "Central Standard Time": "America/Chicago",
  "Eastern Standard Time": "America/New_York",
  "Newfoundland Standard Time": "America/St_Johns",
  "E. South America Standard Time": "America/Sao_Paulo",
};

/** @param name as a request has it */
export function ianaZone(name: unknown): string {
  const text = typeof name === "string" ? name : "";
  const zone = WINDOWS[text] ?? (text.includes("/") ? text : "");
  if (zone !== "" && IANAZone.isValidZone(zone)) return zone;
  throw new Refusal(
    400,
    "TimeZoneNotSupportedException",
    `A valid TimeZone value must be specified. The following TimeZone value is not supported: '${text.slice(0, 100)}'.`,
  );
}

/** Epoch ms of a wall time. A time that a clock change leaves out is an hour later, one that comes twice the first. */
export const instantOf = (wall: string, zone: string): number =>
  DateTime.fromISO(wall, { zone: ianaZone(zone) }).toMillis();

/** As Graph writes it: seven decimals, no offset. */
export const wallOf = (instant: number, zone: string): string =>
  `${DateTime.fromMillis(instant, { zone: ianaZone(zone) }).toFormat("yyyy-MM-dd'T'HH:mm:ss")}.0000000`;
