import { parsePlainDate } from "@ams-sync/sync-core";
import type { Instant } from "@ams-sync/sync-core";

/** "20240131T120000Z" of epoch milliseconds, to the second: REV, DTSTAMP and their like in every version. */
export const stamp = (now: number): string =>
  `${new Date(now).toISOString().replace(/[-:]/g, "").slice(0, 15)}Z`;

const DAY = /^(\d{4})-?(\d{2})-?(\d{2})/;
const TIME =
  /^T([01]\d|2[0-3]):?([0-5]\d)(?::?([0-5]\d|60)(?:[.,]\d{1,9})?)?(Z|[+-]\d{2}(?::?\d{2})?)?$/i;

/**
 * When, by a stamp in any of the spellings of RFC 2426, 5545 and 6350; without a zone it is taken for UTC, which the
 * RFCs demand. Undefined for none and for those that mean none: Google writes 00001231T000000Z, others 1970.
 */
export function stampedAt(text: string | undefined): Instant | undefined {
  const [day, year, month, date] = DAY.exec(text?.trim() ?? "") ?? [];
  if (
    text === undefined ||
    day === undefined ||
    parsePlainDate(`${year}-${month}-${date}`) === undefined
  )
    return undefined;
  const midnight = Date.UTC(Number(year), Number(month) - 1, Number(date));
  const rest = text.trim().slice(day.length);
  // The same day in nearly every zone.
  if (rest === "") return later(midnight + 12 * HOUR);
  const match = TIME.exec(rest);
  if (match === null) return undefined;
  const [, hour, minute, second = "0", zone = "Z"] = match;
  return later(
    midnight +
      Number(hour) * HOUR +
      Number(minute) * MINUTE +
      Number(second) * 1_000 -
      offsetOf(zone),
  );
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const later = (instant: number): Instant | undefined =>
  instant > 24 * HOUR ? (instant as Instant) : undefined;

function offsetOf(zone: string): number {
  const [, sign, hours, minutes = "0"] =
    /^([+-])(\d{2}):?(\d{2})?$/.exec(zone) ?? [];
  if (sign === undefined) return 0;
  const ms = Number(hours) * HOUR + Number(minutes) * MINUTE;
  return sign === "-" ? -ms : ms;
}
