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

export interface Times {
  readonly fields: Fields<"date" | "from" | "to">;
  /** Longer than ams can hold; `to` is then the end's time of day, whatever its day. */
  readonly multiDay: boolean;
}

export function readTimes(
  event: Component,
  calendar: Component,
  zone: TimeZone,
): Times | "unreadable" | "unknown-zone" {
  const line = firstLine(event, "DTSTART");
  const start = line ? readMoment(line, calendar, zone) : "unreadable";
  if (typeof start === "string") return start;
  const end = readEnd(event, calendar, zone, start);
  if (typeof end === "string") return end;
  return start.time === undefined
    ? allDay(start.date, end.date)
    : timed(start as Required<Moment>, end);
}

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
function allDay(date: PlainDate, end: PlainDate): Times {
  return {
    fields: { date },
    multiDay: end > date && end !== nextDay(date),
  };
}

/** `to` before `from` is on the next day. */
function timed(start: Required<Moment>, end: Moment): Times {
  const to = end.time ?? start.time;
  const fields = { date: start.date, from: start.time, to };
  const fits =
    end.date === start.date
      ? to >= start.time
      : end.date === nextDay(start.date) && to < start.time;
  return { fields, multiDay: !fits };
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
