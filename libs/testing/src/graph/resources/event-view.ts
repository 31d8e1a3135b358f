import { createHash } from "node:crypto";
import { Refusal } from "../http/refusal.js";
import type { Container } from "../mailbox/container.js";
import type { Item, Mailbox } from "../mailbox/mailbox.js";
import type { Json } from "../odata/edm.js";
import { idOf, type Scope } from "./entity.js";
import { timesJson } from "./event-times.js";
import { eventJson, timesOf } from "./events.js";
import { rowOf, type Row } from "./lists.js";
import { occurrences, type Occurrence } from "./recurrence.js";

export type Window = readonly [start: number, end: number];

export const WINDOW_OPTIONS = ["startDateTime", "endDateTime"];

/** An instant with or without an offset; without one it is UTC. */
const instant = (name: string, text: string): number => {
  const at = Date.parse(/(Z|[+-]\d\d:\d\d)$/.test(text) ? text : `${text}Z`);
  if (Number.isNaN(at))
    throw new Refusal(
      400,
      "ErrorInvalidParameter",
      `The value '${text.slice(0, 50)}' of parameter '${name}' is invalid.`,
    );
  return at;
};

export function windowOf(query: ReadonlyMap<string, string>): Window {
  const [start, end] = WINDOW_OPTIONS.map((name) => query.get(name));
  if (start === undefined || end === undefined)
    throw new Refusal(
      400,
      "ErrorInvalidParameter",
      "This request requires a time window specified by the query string parameters StartDateTime and EndDateTime.",
    );
  const window: Window = [
    instant("startDateTime", start),
    instant("endDateTime", end),
  ];
  if (window[0] > window[1])
    throw new Refusal(
      400,
      "ErrorInvalidParameter",
      "The end of the time window is before its start.",
    );
  return window;
}

export const isSeries = (item: Item): boolean =>
  item.values["recurrence"] !== null;

/** Of the occurrences of a series: they hold nothing of their own. */
export const occurrenceId = (id: string, date: string): string =>
  `${id.slice(0, 12)}${createHash("sha512").update(`${id}:${date}`).digest("base64url")}AAA=`;

export function touching(item: Item, window: Window): Occurrence[] {
  return occurrences(item.values["recurrence"], timesOf(item), window);
}

export function isInside(item: Item, window: Window): boolean {
  if (isSeries(item)) return touching(item, window).length > 0;
  const { start, end } = timesOf(item);
  return start < window[1] && (end > window[0] || start === window[0]);
}

/** As a calendar view shows it: with what the series says of it. */
export function occurrenceJson(
  master: Item,
  { date, times }: Occurrence,
  scope: Scope,
): Json {
  const id = idOf(master, scope.immutableIds);
  return {
    ...eventJson(master, scope),
    id: occurrenceId(id, date),
    ...timesJson(times, scope.timeZone),
    type: "occurrence",
    recurrence: null,
    seriesMasterId: id,
    originalStart: new Date(times.start).toISOString(),
  };
}

/** Single events and occurrences, by their start; series masters are not in it. */
export function calendarView(
  calendar: Container,
  window: Window,
  scope: Scope,
): Row[] {
  const rows = scope.mailbox.inside(calendar).flatMap((item) => {
    if (isSeries(item))
      return touching(item, window).map((one) => ({
        at: one.times.start,
        row: rowOf(occurrenceJson(item, one, scope), item.extended),
      }));
    return isInside(item, window)
      ? [
          {
            at: timesOf(item).start,
            row: rowOf(eventJson(item, scope), item.extended),
          },
        ]
      : [];
  });
  return rows.toSorted((a, b) => a.at - b.at).map(({ row }) => row);
}

/** The occurrence that an id names, if it is one. */
export function occurrenceNamed(
  mailbox: Mailbox,
  id: string,
  scope: Scope,
): Row | undefined {
  for (const item of mailbox.items.values()) {
    if (item.kind !== "events" || !isSeries(item)) continue;
    const master = idOf(item, scope.immutableIds);
    if (id === master || !id.startsWith(master.slice(0, 12))) continue;
    const found = touching(item, [-8.64e15, 8.64e15]).find(
      ({ date }) => occurrenceId(master, date) === id,
    );
    if (found !== undefined)
      return rowOf(occurrenceJson(item, found, scope), item.extended);
  }
  return undefined;
}
