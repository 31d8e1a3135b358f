import { DateTime } from "luxon";
import { NotSimulated, Refusal } from "../http/refusal.js";
import { isObject, type Json } from "../odata/edm.js";
import { ianaZone } from "../odata/zones.js";
import type { Times } from "./event-times.js";

interface Pattern {
  readonly type: "daily" | "weekly" | "absoluteMonthly";
  readonly interval: number;
  readonly days: readonly number[];
  /** Exclusive count; Infinity where the range tells a date or no end. */
  readonly most: number;
  /** "2026-03-01", inclusive. */
  readonly last: string | undefined;
}

const DAYS = [
  ...["monday", "tuesday", "wednesday", "thursday", "friday", "saturday"],
  "sunday",
];

const invalid = (what: string): Refusal =>
  new Refusal(400, "ErrorInvalidRequest", `The recurrence is invalid: ${what}`);

export function checkRecurrence(recurrence: unknown): void {
  if (recurrence !== null) patternOf(recurrence as Json);
}

function patternOf(recurrence: Json): Pattern {
  const { pattern, range } = recurrence;
  if (!isObject(pattern) || !isObject(range))
    throw invalid("it needs a pattern and a range.");
  const { type, interval } = pattern;
  if (type !== "daily" && type !== "weekly" && type !== "absoluteMonthly")
    throw new NotSimulated(`series of the kind '${String(type)}'`);
  if (typeof interval !== "number" || interval < 1)
    throw invalid("the interval must be at least 1.");
  const days = Array.isArray(pattern["daysOfWeek"])
    ? pattern["daysOfWeek"].map((day) => DAYS.indexOf(String(day)) + 1)
    : [];
  if (type === "weekly" && days.length === 0)
    throw invalid("a weekly one needs its days.");
  const { type: ends, numberOfOccurrences, endDate } = range;
  return {
    ...{ type, interval, days },
    most: ends === "numbered" ? Number(numberOfOccurrences) : Infinity,
    last: ends === "endDate" ? String(endDate) : undefined,
  };
}

export interface Occurrence {
  /** "2026-03-01": what tells it from the others. */
  readonly date: string;
  readonly times: Times;
}

/** A window may be long and a series endless. */
const MOST = 2_000;

/** Those that touch the window, by the wall clock of the zone that the series was made in. */
export function occurrences(
  recurrence: unknown,
  first: Times,
  window: readonly [start: number, end: number],
): Occurrence[] {
  const pattern = patternOf(recurrence as Json);
  const zone = first.isAllDay ? "UTC" : ianaZone(first.startZone);
  const start = DateTime.fromMillis(first.start, { zone });
  const length = first.end - first.start;
  const found: Occurrence[] = [];
  let counted = 0;
  for (let day = 0; counted < Math.min(pattern.most, MOST); day += 1) {
    const at = start.plus({ days: day });
    const date = at.toISODate() ?? "";
    if (pattern.last !== undefined && date > pattern.last) break;
    if (at.toMillis() > window[1]) break;
    if (!falls(pattern, start, at, day)) continue;
    counted += 1;
    const from = at.toMillis();
    if (from + length >= window[0] && from < window[1])
      found.push({
        date,
        times: { ...first, start: from, end: from + length },
      });
  }
  return found;
}

function falls(
  { type, interval, days }: Pattern,
  start: DateTime,
  at: DateTime,
  day: number,
): boolean {
  if (type === "daily") return day % interval === 0;
  if (type === "weekly") {
    const weeks = Math.floor((start.weekday - 1 + day) / 7);
    return weeks % interval === 0 && days.includes(at.weekday);
  }
  const months = (at.year - start.year) * 12 + at.month - start.month;
  return at.day === start.day && months % interval === 0;
}
