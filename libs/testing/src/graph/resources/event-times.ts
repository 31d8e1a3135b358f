import { DateTime } from "luxon";
import { bodyRefused, Refusal } from "../http/refusal.js";
import { isObject, type Json } from "../odata/edm.js";
import { ianaZone, instantOf, wallOf } from "../odata/zones.js";

/** When an event is, as the mailbox keeps it. */
export interface Times {
  readonly isAllDay: boolean;
  /** Epoch ms; of an all-day event its dates as midnights in UTC, which windows are compared with too. */
  readonly start: number;
  readonly end: number;
  /** As they were when it was made. */
  readonly startZone: string;
  readonly endZone: string;
}

const WALL = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,7})?)?$/;
const MIDNIGHT = /T00:00(:00(\.0+)?)?$/;
const DAY = 86_400_000;

const refused = (code: string, message: string): Refusal =>
  new Refusal(400, code, message);

interface Point {
  readonly wall: string;
  readonly zone: string;
}

function pointOf(name: string, value: unknown): Point {
  if (!isObject(value))
    throw refused(
      "ErrorInvalidRequest",
      `The Event.${name} property is needed.`,
    );
  const { dateTime, timeZone } = value;
  // Wall time and zone: an offset within would be a second answer to the same question.
  if (typeof dateTime !== "string" || !WALL.test(dateTime))
    throw bodyRefused(
      `The dateTime of 'event.${name.toLowerCase()}' is no time without an offset: '${String(dateTime).slice(0, 50)}'.`,
    );
  const zone = typeof timeZone === "string" ? timeZone : "";
  ianaZone(zone);
  if (!DateTime.fromISO(dateTime).isValid)
    throw bodyRefused(`There is no such time: '${dateTime}'.`);
  return { wall: dateTime, zone };
}

/** Laid over what was before; an event keeps its zones as long as a change names none. */
export function timesFrom(body: Json, before: Times | undefined): Times {
  const asked = body["isAllDay"];
  const isAllDay =
    typeof asked === "boolean" ? asked : (before?.isAllDay ?? false);
  const given = (name: "start" | "end", label: string): Point => {
    const value = body[name];
    if (value !== undefined || before === undefined)
      return pointOf(label, value);
    const zone = name === "start" ? before.startZone : before.endZone;
    return { wall: shownWall(before, name, zone), zone };
  };
  const [start, end] = [given("start", "Start"), given("end", "End")];
  return isAllDay ? allDay(start, end) : timed(start, end);
}

function allDay(start: Point, end: Point): Times {
  for (const [label, { wall }] of [
    ["Start", start] as const,
    ["End", end] as const,
  ])
    if (!MIDNIGHT.test(wall))
      throw refused(
        "ErrorInvalidRequest",
        `The Event.${label} property for an all-day event needs to be set to midnight.`,
      );
  if (ianaZone(start.zone) !== ianaZone(end.zone))
    throw refused(
      "ErrorInvalidRequest",
      "Start and end of an all-day event must be in the same time zone.",
    );
  const [from, to] = [start, end].map(({ wall }) => instantOf(wall, "UTC"));
  if (from === undefined || to === undefined || to - from < DAY)
    throw refused(
      "ErrorInvalidRequest",
      "The duration of an event marked as All day must be at least 24 hours.",
    );
  return { isAllDay: true, start: from, end: to, ...zonesOf(start, end) };
}

function timed(start: Point, end: Point): Times {
  const from = instantOf(start.wall, start.zone);
  const to = instantOf(end.wall, end.zone);
  if (to < from)
    throw refused(
      "ErrorPropertyValidationFailure",
      "At least one property failed validation. (The event's end is before its start.)",
    );
  return { isAllDay: false, start: from, end: to, ...zonesOf(start, end) };
}

const zonesOf = (start: Point, end: Point) => ({
  startZone: start.zone,
  endZone: end.zone,
});

const shownWall = (times: Times, name: "start" | "end", zone: string): string =>
  wallOf(times[name], times.isAllDay ? "UTC" : zone);

/** In the zone that the request prefers. An all-day event is the same dates in each. */
export const timesJson = (times: Times, zone: string): Json => ({
  isAllDay: times.isAllDay,
  start: { dateTime: shownWall(times, "start", zone), timeZone: zone },
  end: { dateTime: shownWall(times, "end", zone), timeZone: zone },
  originalStartTimeZone: times.startZone,
  originalEndTimeZone: times.endZone,
});
