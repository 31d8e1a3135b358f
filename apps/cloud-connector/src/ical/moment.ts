import { parsePlainDate, parseWallTime } from "@ams-sync/sync-core";
import type { PlainDate, TimeZone, WallTime } from "@ams-sync/sync-core";
import ICAL from "ical.js";
import { DateTime } from "luxon";
import { makeLine, paramOf } from "../content-lines/index.js";
import type { Component, Line } from "../content-lines/index.js";
import { isUtc, timeZoneBlock, zoneOf } from "./zone.js";

/** A day, or a day and a time on the tenant's wall clock. */
export interface Moment {
  readonly date: PlainDate;
  readonly time?: WallTime;
  /** Epoch ms, where the property names an instant and not a time on this very clock. */
  readonly at?: number;
}

export type MomentReading = Moment | "unreadable" | "unknown-zone";

const VALUE = /^(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})(Z)?)?$/;

/**
 * DTSTART or DTEND on the tenant's wall clock. A time in the tenant's own zone, or in none (RFC 5545 3.3.5: "floating"),
 * is taken by its digits and never computed with: 02:30 of a night that has none or two of it (3.3.5 gives both a
 * meaning) comes back as 02:30.
 */
export function readMoment(
  line: Line,
  calendar: Component,
  tenantZone: TimeZone,
): MomentReading {
  const match = VALUE.exec(line.value.trim());
  if (match === null) return "unreadable";
  const [, year, month, day, hour, minute, second, utc] = match;
  const date = parsePlainDate(`${year}-${month}-${day}`);
  if (date === undefined) return "unreadable";
  if (hour === undefined) return { date };
  const time = parseWallTime(`${hour}:${minute}:${second}`);
  if (time === undefined) return "unreadable";
  const wall = { date, time };
  if (utc !== undefined) return toZone(at(wall, "UTC"), tenantZone);
  const tzid = paramOf(line, "TZID");
  if (tzid === undefined || tzid === tenantZone) return wall;
  const zone = zoneOf(tzid, calendar);
  if (zone === undefined) return "unknown-zone";
  if (zone.kind === "iana") {
    return zone.name.toLowerCase() === tenantZone.toLowerCase()
      ? wall
      : toZone(at(wall, zone.name), tenantZone);
  }
  return toZone(
    DateTime.fromMillis(zone.definition.at(date, time)),
    tenantZone,
  );
}

/** DTSTART or DTEND for a moment. A zone that cannot be defined in the object is replaced by UTC. */
export function momentLine(
  name: "DTSTART" | "DTEND",
  moment: Moment,
  tenantZone: TimeZone,
  params: readonly string[] = [],
): Line {
  const day = moment.date.replaceAll("-", "");
  if (moment.time === undefined)
    return makeLine(name, day, [...params, "VALUE=DATE"]);
  if (isUtc(tenantZone) || timeZoneBlock(tenantZone) === undefined) {
    const instant = at(moment, tenantZone).toUTC();
    return makeLine(name, instant.toFormat("yyyyMMdd'T'HHmmss'Z'"), params);
  }
  const value = `${day}T${moment.time.replace(":", "")}00`;
  return makeLine(name, value, [...params, `TZID=${tenantZone}`]);
}

/**
 * Whether others would see the end before the start, though it is later on the wall clock. RFC 5545 3.3.5 reads a time
 * that the night in spring does not have with the offset before the gap: in Berlin 02:30 is then 01:30 UTC, and 03:00,
 * which is there, is 01:00 UTC.
 */
export const looksBackwards = (
  start: Moment,
  end: Moment,
  tenantZone: TimeZone,
): boolean =>
  start.time !== undefined &&
  at(end, tenantZone).toMillis() <= at(start, tenantZone).toMillis();

/** The length on the wall clock. `after` finds the end again, others see an event of this length. */
export function durationLine(start: Moment, end: Moment): Line {
  const { minutes } = at(end, "UTC").diff(at(start, "UTC"), "minutes");
  return makeLine("DURATION", `PT${minutes}M`);
}

/**
 * The moment after a duration (RFC 5545 3.8.2.5: days by the calendar, the rest by the clock). From a time that the
 * night in spring does not have it is counted by the digits, as the start is read.
 */
export function after(
  start: Moment,
  duration: string,
  tenantZone: TimeZone,
): MomentReading {
  if (!ICAL.Duration.isValueString(duration)) return "unreadable";
  const { weeks, days, hours, minutes, seconds, isNegative } =
    ICAL.Duration.fromString(duration);
  if (isNegative) return "unreadable";
  const zone = isSkipped(start, tenantZone) ? UTC : tenantZone;
  const end = at(start, zone)
    .plus({ days: weeks * 7 + days })
    .plus({ hours, minutes, seconds });
  const moment = toZone(end, zone);
  if (typeof moment === "string" || start.time === undefined) return moment;
  // In the night that has an hour twice a later time can have smaller digits.
  const backwards = moment.date === start.date && moment.time < start.time;
  return backwards ? start : moment;
}

const UTC = "UTC" as TimeZone;

const isSkipped = (moment: Moment, zone: TimeZone): boolean =>
  moment.time !== undefined && wallTimeOf(at(moment, zone)) !== moment.time;

function at(moment: Moment, zone: string): DateTime {
  return DateTime.fromISO(`${moment.date}T${moment.time ?? "00:00"}`, { zone });
}

/** Beyond the years that a calendar has (1583 to 9999) there is nothing to read. */
function toZone(
  instant: DateTime,
  zone: TimeZone,
): Required<Moment> | "unreadable" {
  const there = instant.setZone(zone);
  const date = parsePlainDate(there.toFormat("yyyy-MM-dd"));
  return date === undefined
    ? "unreadable"
    : { date, time: wallTimeOf(there), at: there.toMillis() };
}

const wallTimeOf = (there: DateTime): WallTime =>
  there.toFormat("HH:mm") as WallTime;
