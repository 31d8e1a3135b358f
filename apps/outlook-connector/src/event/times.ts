import { nextDay, parsePlainDate, parseWallTime } from "@ams-sync/sync-core";
import type {
  Fields,
  PlainDate,
  TimeZone,
  WallTime,
} from "@ams-sync/sync-core";
import type { DateTimeTimeZone } from "@microsoft/microsoft-graph-types";
import { DateTime } from "luxon";
import type { StoredEvent } from "./stored-event.js";
import { windowsZoneOf, zoneNamed } from "./zones.js";

type Times = Fields<"date" | "from" | "to">;

interface Moment {
  readonly date: PlainDate;
  readonly time: WallTime;
}

const MIDNIGHT = "00:00" as WallTime;

/** When an event takes place, on the tenant's wall clock; it was asked for in that zone. */
export function readTimes(
  event: StoredEvent,
  zone: TimeZone,
): Times | "unreadable" | "unknown-zone" | "several-days" {
  // A whole day has no zone: its dates are what is written there.
  const as = event.isAllDay ? undefined : zone;
  const start = momentOf(event.start, as);
  if (typeof start === "string") return start;
  const end = momentOf(event.end ?? event.start, as);
  if (typeof end === "string") return end;
  return event.isAllDay ? allDay(start.date, end.date) : timed(start, end);
}

const DIGITS = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})(?::\d{2}(?:\.\d+)?)?Z?$/;

function momentOf(
  value: DateTimeTimeZone | null | undefined,
  zone: TimeZone | undefined,
): Moment | "unreadable" | "unknown-zone" {
  const [, day = "", clock = ""] = DIGITS.exec(value?.dateTime ?? "") ?? [];
  const date = parsePlainDate(day);
  const time = parseWallTime(clock);
  if (date === undefined || time === undefined) return "unreadable";
  const name = value?.timeZone ?? "UTC";
  if (zone === undefined || isNamed(name, zone)) return { date, time };
  const there = zoneNamed(name);
  if (there === undefined) return "unknown-zone";
  const here = DateTime.fromISO(`${date}T${time}`, { zone: there }).setZone(
    zone,
  );
  const moved = parsePlainDate(here.toFormat("yyyy-MM-dd"));
  return moved === undefined
    ? "unreadable"
    : { date: moved, time: here.toFormat("HH:mm") as WallTime };
}

/** Then the digits count: no computing, so no night that has an hour twice or not at all. */
const isNamed = (name: string, zone: TimeZone): boolean =>
  name.toLowerCase() === zone.toLowerCase() ||
  name.toLowerCase() === windowsZoneOf(zone).toLowerCase();

/** The end is the day after the last one. */
const allDay = (date: PlainDate, end: PlainDate): Times | "several-days" =>
  end > date && end !== nextDay(date) ? "several-days" : { date };

/** `to` before `from` is on the next day, so 24 hours are more than ams can hold. */
function timed(start: Moment, end: Moment): Times | "several-days" {
  const { date, time: from } = start;
  if (end.date === date)
    // In the night that has an hour twice an end can be later and yet have the smaller digits.
    return { date, from, to: end.time < from ? from : end.time };
  return end.date === nextDay(date) && end.time < from
    ? { date, from, to: end.time }
    : "several-days";
}

export interface WrittenTimes {
  readonly isAllDay: boolean;
  readonly start: DateTimeTimeZone;
  readonly end: DateTimeTimeZone;
}

export function writeTimes(fields: Fields, zone: TimeZone): WrittenTimes {
  const date = parsePlainDate(fields["date"] ?? "");
  if (date === undefined)
    throw new RangeError("an appointment without a date cannot be written");
  const timeZone = windowsZoneOf(zone);
  const at = (day: PlainDate, time: WallTime): DateTimeTimeZone => ({
    dateTime: `${day}T${time}:00`,
    timeZone,
  });
  const tomorrow = nextDay(date) ?? date;
  const from = parseWallTime(fields["from"] ?? "");
  if (from === undefined)
    return {
      isAllDay: true,
      start: at(date, MIDNIGHT),
      end: at(tomorrow, MIDNIGHT),
    };
  const to = parseWallTime(fields["to"] ?? "") ?? from;
  return {
    isAllDay: false,
    start: at(date, from),
    end: at(to < from ? tomorrow : date, to),
  };
}

/** In the night that leaves an hour out its times are an hour later: Exchange has instants, and no other way to say it. */
export function existingTimes(fields: Fields, zone: TimeZone): Fields {
  const date = parsePlainDate(fields["date"] ?? "");
  const from = parseWallTime(fields["from"] ?? "");
  if (date === undefined || from === undefined) return fields;
  const to = parseWallTime(fields["to"] ?? "") ?? from;
  const overnight = to < from;
  const last = overnight ? (nextDay(date) ?? date) : date;
  const start = clockIn(date, from, zone);
  const end = clockIn(last, to, zone);
  const behind = !overnight && end < start;
  return { ...fields, from: start, to: behind ? start : end };
}

const clockIn = (date: PlainDate, time: WallTime, zone: TimeZone): string =>
  DateTime.fromISO(`${date}T${time}`, { zone }).toFormat("HH:mm");
