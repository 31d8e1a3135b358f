import { nextDay, parsePlainDate, parseWallTime } from "@ams-sync/sync-core";
import type { Fields, PlainDate, TimeZone } from "@ams-sync/sync-core";
import {
  addLine,
  firstLine,
  linesOf,
  putLine,
  removeLines,
} from "../content-lines/index.js";
import type { Component, Line } from "../content-lines/index.js";
import {
  after,
  durationLine,
  looksBackwards,
  momentLine,
  readMoment,
} from "./moment.js";
import type { Moment, MomentReading } from "./moment.js";

type Times = Fields<"date" | "from" | "to">;

export function readTimes(
  event: Component,
  calendar: Component,
  zone: TimeZone,
): Times | "unreadable" | "unknown-zone" | "several-days" {
  const line = firstLine(event, "DTSTART");
  const start = line ? readMoment(line, calendar, zone) : "unreadable";
  if (typeof start === "string") return start;
  const end = readEnd(event, calendar, zone, start);
  if (typeof end === "string") return end;
  const { date, time, at } = start;
  return time === undefined
    ? allDay(date, end.date)
    : timed({ date, time, ...(at !== undefined && { at }) }, end);
}

type Timed = Moment & Required<Pick<Moment, "time">>;

/** RFC 5545 3.6.1: without an end a day lasts all day and a time no time at all. */
function readEnd(
  event: Component,
  calendar: Component,
  zone: TimeZone,
  start: Moment,
): MomentReading {
  const end = firstLine(event, "DTEND");
  if (end !== undefined) return readMoment(end, calendar, zone);
  const duration = firstLine(event, "DURATION");
  if (duration !== undefined) return after(start, duration.value.trim(), zone);
  return start;
}

/** The end is the day after the last one; some clients write the last one itself. */
const allDay = (date: PlainDate, end: PlainDate): Times | "several-days" =>
  end > date && end !== nextDay(date) ? "several-days" : { date };

/** `to` before `from` is on the next day, so 24 hours are more than ams can hold. */
function timed(
  start: Timed,
  end: Moment,
): Times | "unreadable" | "several-days" {
  const { date, time: from } = start;
  const to = end.time ?? from;
  if (end.date === date && to >= from) return { date, from, to };
  if (end.date <= date) {
    // In the night that has an hour twice an end can be later and yet have the smaller digits.
    const later = end.at !== undefined && end.at >= (start.at ?? Infinity);
    return later ? { date, from, to: from } : "unreadable";
  }
  return end.date === nextDay(date) && to < from
    ? { date, from, to }
    : "several-days";
}

/** Writes all three anew: a start without its end is no time. Parameters of others on the two properties stay. */
export function writeTimes(
  event: Component,
  fields: Fields,
  zone: TimeZone,
): Component {
  const [start, end] = momentsOf(fields);
  const old = firstLine(event, "DTSTART");
  const cleared = removeLines(event, linesOf(event, "DTEND", "DURATION"));
  const next = putLine(
    cleared,
    old,
    momentLine("DTSTART", start, zone, foreignParams(old)),
  );
  if (end === undefined) return next;
  // A DTEND must be later than DTSTART (RFC 5545 3.8.2.2), a duration always is.
  if (looksBackwards(start, end, zone))
    return addLine(next, durationLine(start, end));
  const oldEnd = firstLine(event, "DTEND");
  return addLine(next, momentLine("DTEND", end, zone, foreignParams(oldEnd)));
}

/**
 * No end where it is the start: RFC 5545 3.8.2.2 has DTEND later than DTSTART, and 3.6.1 says that such an event ends
 * when it starts.
 */
function momentsOf(fields: Fields): [Moment, Moment | undefined] {
  const date = parsePlainDate(fields["date"] ?? "");
  if (date === undefined)
    throw new RangeError("an appointment without a date cannot be written");
  const tomorrow = nextDay(date);
  const from = parseWallTime(fields["from"] ?? "");
  if (from === undefined) return [{ date }, tomorrow && { date: tomorrow }];
  const to = parseWallTime(fields["to"] ?? "") ?? from;
  if (to === from) return [{ date, time: from }, undefined];
  const last = to < from ? tomorrow : date;
  return [{ date, time: from }, last && { date: last, time: to }];
}

const foreignParams = (line: Line | undefined): string[] =>
  (line?.params ?? [])
    .filter(({ name }) => name !== "VALUE" && name !== "TZID")
    .map(({ text }) => text);
