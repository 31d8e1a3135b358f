declare const brand: unique symbol;

/** A day without a time zone, "2024-02-29". Birthdays and all-day appointments. */
export type PlainDate = string & { readonly [brand]: "PlainDate" };

/** A time of day without a date or a zone, "09:30". */
export type WallTime = string & { readonly [brand]: "WallTime" };

/** A point on the time line, milliseconds since 1970-01-01T00:00Z. */
export type Instant = number & { readonly [brand]: "Instant" };

/** An IANA name, "Europe/Berlin". */
export type TimeZone = string & { readonly [brand]: "TimeZone" };

const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const TIME = /^([01]\d|2[0-3]):([0-5]\d)(?::[0-5]\d(?:\.0+)?)?$/;

/** The first year that is Gregorian throughout. Old systems write 0001-01-01 or 0000-00-00 for "none". */
const FIRST_YEAR = 1583;

/** A real day of the calendar from 1583 to 9999, or undefined. */
export function parsePlainDate(text: string): PlainDate | undefined {
  const match = DATE.exec(text);
  if (match === null) return undefined;
  const [year, month, day] = match.slice(1).map(Number) as [
    number,
    number,
    number,
  ];
  const real =
    year >= FIRST_YEAR &&
    month >= 1 &&
    month <= 12 &&
    day >= 1 &&
    day <= daysInMonth(year, month);
  return real ? (text as PlainDate) : undefined;
}

/** "09:30"; seconds, which ams cannot enter and some drivers add, are dropped. Otherwise undefined. */
export function parseWallTime(text: string): WallTime | undefined {
  const match = TIME.exec(text);
  return match === null ? undefined : (`${match[1]}:${match[2]}` as WallTime);
}

/** The calendar day after; undefined after 9999-12-31. */
export function nextDay(date: PlainDate): PlainDate | undefined {
  const [year, month, day] = date.split("-").map(Number) as [
    number,
    number,
    number,
  ];
  if (day < daysInMonth(year, month)) return join(year, month, day + 1);
  if (month < 12) return join(year, month + 1, 1);
  return year < 9999 ? join(year + 1, 1, 1) : undefined;
}

/**
 * The day that an instant falls on in a zone. `Intl` with an explicit zone is a function of its arguments: it asks
 * neither the clock nor the zone of the process.
 */
export function dayIn(zone: TimeZone, instant: Instant): PlainDate {
  const parts = new Map(
    formatterOf(zone)
      .formatToParts(instant)
      .map(({ type, value }) => [type, value]),
  );
  return `${parts.get("year")?.padStart(4, "0")}-${parts.get("month")}-${parts.get("day")}` as PlainDate;
}

/** Whether this is an IANA name that `Intl` knows; it takes offsets ("+01:00") too, which are no zones. */
export function isTimeZone(name: string): name is TimeZone {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    formatterOf(name as TimeZone);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

const formatters = new Map<TimeZone, Intl.DateTimeFormat>();

function formatterOf(zone: TimeZone): Intl.DateTimeFormat {
  const known = formatters.get(zone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat("en-US-u-ca-iso8601", {
    timeZone: zone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
  });
  formatters.set(zone, made);
  return made;
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return leap(year) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

const leap = (year: number): boolean =>
  (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;

const join = (year: number, month: number, day: number): PlainDate =>
  [
    String(year).padStart(4, "0"),
    String(month).padStart(2, "0"),
    String(day).padStart(2, "0"),
  ].join("-") as PlainDate;
