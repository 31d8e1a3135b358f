import type { PlainDate, WallTime } from "@ams-sync/sync-core";
import ICAL from "ical.js";
import { componentText, linesOf } from "../content-lines/index.js";
import type { Component } from "../content-lines/index.js";

/** A zone by its own rules. */
export interface DefinedZone {
  /** Epoch ms of a wall time there. */
  at(date: PlainDate, time: WallTime): number;
}

/** The zone of a VTIMEZONE; undefined where it cannot be read, or has rules that no clock changes by. */
export function definedZone(definition: Component): DefinedZone | undefined {
  if (!isModest(definition)) return undefined;
  const text = componentText(definition);
  const known = zones.get(text);
  if (known !== undefined) return known;
  const made = make(text);
  if (made === undefined) return undefined;
  if (zones.size >= MOST_ZONES) zones.clear();
  zones.set(text, made);
  return made;
}

/** An office has one or two for thousands of events, and laying one out takes 50 ms. */
const zones = new Map<string, DefinedZone>();
const MOST_ZONES = 20;

function make(text: string): DefinedZone | undefined {
  try {
    const zone = new ICAL.Timezone(ICAL.Component.fromString(text));
    const offset = (date: PlainDate, time: WallTime) => {
      const near = `${likeYear(Number(date.slice(0, 4)))}${date.slice(4)}`;
      const there = ICAL.Time.fromDateTimeString(`${near}T${time}:00`);
      return zone.utcOffset(there) * 1_000;
    };
    // Laid out once: asked for later and later years, ical.js would add all of it again.
    offset(`${LAST_YEAR}-12-31` as PlainDate, "00:00" as WallTime);
    return {
      at: (date, time) =>
        Date.parse(`${date}T${time}:00Z`) - offset(date, time),
    };
  } catch {
    // Whatever the parser does not like: then the zone is explained nowhere.
    return undefined;
  }
}

const LAST_YEAR = 2099;

/** ical.js lays a zone out year by year. Of 28 years up to 2099 each kind of year is one. */
function likeYear(year: number): number {
  if (year <= LAST_YEAR) return year;
  const kind = (of: number) =>
    [0, 11]
      .map((month) => new Date(Date.UTC(of, month, 31)).getUTCDay())
      .join();
  for (let near = LAST_YEAR; near > LAST_YEAR - 28; near--)
    if (kind(near) === kind(year)) return near;
  return LAST_YEAR;
}

const MOST_PERIODS = 500;
const MOST_RULES = 20;

/** A rule of every second, or of a day that no year has, would keep the process busy until somebody ends it. */
function isModest(definition: Component): boolean {
  const periods = definition.nodes.filter((node) => node.kind === "component");
  const rules = periods.map((period) => linesOf(period, "RRULE"));
  return (
    periods.length <= MOST_PERIODS &&
    rules.flat().length <= MOST_RULES &&
    rules.every(
      (lines) =>
        lines.length <= 1 && lines.every(({ value }) => isYearly(value)),
    )
  );
}

/** What the parts of a rule may be; others do not occur in one of a clock change. */
const PARTS: ReadonlyMap<string, RegExp> = new Map([
  ["FREQ", /^YEARLY$/],
  ["INTERVAL", /^1$/],
  ["BYMONTH", /^\d{1,2}$/],
  ["BYDAY", /^[+-]?[1-5]?(?:MO|TU|WE|TH|FR|SA|SU)$/],
  // One of the first 28 is a day of every month.
  ["BYMONTHDAY", /^(?:\d|1\d|2[0-8])(?:,\d{1,2}){0,6}$/],
  ["BYHOUR", /^\d{1,2}$/],
  ["BYMINUTE", /^\d{1,2}$/],
  ["BYSECOND", /^\d{1,2}$/],
  ["UNTIL", /^\d{8}(?:T\d{6}Z?)?$/],
  ["COUNT", /^\d{1,3}$/],
  ["WKST", /^[A-Z]{2}$/],
]);

function isYearly(value: string): boolean {
  const parts = new Map(
    value
      .trim()
      .toUpperCase()
      .slice(0, 500)
      .split(";")
      .map((part) => part.split("=", 2) as [string, string | undefined]),
  );
  // A certain day of the month that is to be its last Sunday too may never come.
  const both = /\d/.test(parts.get("BYDAY") ?? "") && parts.has("BYMONTHDAY");
  return (
    parts.has("FREQ") &&
    !both &&
    [...parts].every(
      ([name, text]) => PARTS.get(name)?.test(text ?? "") ?? false,
    )
  );
}
