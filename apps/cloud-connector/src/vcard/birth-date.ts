import { dayIn, parsePlainDate } from "@ams-sync/sync-core";
import type { Instant, TimeZone } from "@ams-sync/sync-core";
import {
  firstLine,
  makeLine,
  paramOf,
  putLine,
  removeLines,
  withValue,
} from "../content-lines/index.js";
import type { Line } from "../content-lines/index.js";
import type { FieldMapping } from "./card.js";

/** How Apple writes a birthday without a year: `BDAY;X-APPLE-OMIT-YEAR=1604:1604-04-12`. */
const OMIT_YEAR = "X-APPLE-OMIT-YEAR";
/** Nobody alive is of that year: servers that drop the parameter leave it behind. */
const NO_YEAR = "1604";

// 1985-04-12 or 19850412, perhaps with a time, which no birthday has and some clients add.
const DAY = /^(\d{4})-?(\d{2})-?(\d{2})(?:T.*)?$/i;

// RFC 6350 4.3.1: --0412, ---12, 1985-04, 1985; Google writes --04-12.
const PART =
  /^(?:--(?<month>\d{2})(?:-?(?<day>\d{2}))?|---(?<only>\d{2})|(?<year>\d{4})(?:-(?<of>\d{2}))?)$/;

/**
 * A day without a zone in both directions. What is no whole date (no year, "circa 1980") cannot come into ams. Beside
 * the date that both sides agreed on it stands for that one, as long as it does not contradict it: nobody emptied
 * anything. Then it is not overwritten either. One that contradicts is handed on as it is, so that the run can name it.
 */
export const birthDate: FieldMapping = {
  fields: ["birthDate"],
  read({ component, type, known, timeZone }) {
    const line = firstLine(component, "BDAY");
    const value = line?.value.trim() ?? "";
    if (line === undefined || value === "" || type === "commercial") return {};
    const date = localMidnight(line, timeZone) ?? dateOf(line);
    if (date !== undefined) return { birthDate: date };
    const { birthDate: agreed } = known;
    if (agreed === undefined) return {};
    // "1604-04-12" without its parameter would be a date.
    const there = omitsYear(line) ? value.replace(/^\d{4}-?/, "--") : value;
    return { birthDate: contradicts(line, agreed) ? there : agreed };
  },
  write({ component, version }, changes) {
    const line = firstLine(component, "BDAY");
    const date = changes.get("birthDate");
    if (date === undefined)
      return removeLines(component, line === undefined ? [] : [line]);
    if (line !== undefined && vague(line) && !contradicts(line, date))
      return component;
    // RFC 2426 3.1.5 writes dates with hyphens, RFC 6350 4.3.1 only without.
    const value = version === "3.0" ? date : date.replaceAll("-", "");
    const next =
      line === undefined
        ? makeLine("BDAY", value)
        : withValue(line, value, ["VALUE", OMIT_YEAR, "CALSCALE"]);
    return putLine(component, line, next);
  },
};

/** Says something of a birthday, and no date. Zeros and the year 1 are what old systems write for none. */
const vague = (line: Line): boolean =>
  dateOf(line) === undefined && !/^(?:[0-]*$|0001-?01-?01)/.test(valueOf(line));

/** Words contradict nothing. */
function contradicts(line: Line, date: string): boolean {
  const [year, month, day] = date.split("-");
  const there = partsOf(line);
  return (
    (there.year ?? year) !== year ||
    (there.month ?? month) !== month ||
    (there.day ?? day) !== day
  );
}

function partsOf(line: Line): {
  readonly year?: string | undefined;
  readonly month?: string | undefined;
  readonly day?: string | undefined;
} {
  const value = valueOf(line);
  const [whole, , month, day] = DAY.exec(value) ?? [];
  if (whole !== undefined) return omitsYear(line) ? { month, day } : {};
  const found = PART.exec(value)?.groups ?? {};
  return {
    year: found["year"],
    month: found["month"] ?? found["of"],
    day: found["day"] ?? found["only"],
  };
}

// RFC 6350 4.3.5: minutes and seconds may be missing; Z or an offset, whose minutes may be missing as well.
const MOMENT =
  /^(\d{4})-?(\d{2})-?(\d{2})T(\d{2})(?::?(\d{2}))?(?::?(\d{2}))?(?:\.\d+)?(?:Z|([+-]\d{2})(?::?(\d{2}))?)$/i;

/** A day in winter and one in summer of a year in which zones have the offsets that clients know. */
const SEASONS = [Date.UTC(2020, 0, 15), Date.UTC(2020, 6, 15)];

/**
 * The day that begins at this moment: how clients that know only moments write a date. Some reckon with today's summer
 * time in years that had none (Germany before 1980), others with the winter's all year round: midnight by either is one.
 */
function localMidnight(
  line: Line,
  timeZone: TimeZone | undefined,
): string | undefined {
  const [, year, month, day, ...time] = MOMENT.exec(valueOf(line)) ?? [];
  const [hour = "0", minute = "0", second = "0", east = "+0", beside = "0"] =
    time;
  if (timeZone === undefined || year === undefined || omitsYear(line))
    return undefined;
  const start = Date.parse(`${year}-${month}-${day}`);
  const sign = east.startsWith("-") ? -1 : 1;
  const since = Date.UTC(
    ...([1970, 0, 1, Number(hour) - Number(east)] as const),
    ...([Number(minute) - sign * Number(beside), Number(second)] as const),
  );
  for (const at of Number.isNaN(start) ? [] : [start, ...SEASONS]) {
    const [here, before] = [at + since, at + since - 1].map((moment) =>
      dayIn(timeZone, moment as Instant),
    );
    if (here !== undefined && here !== before)
      return parsePlainDate(
        new Date(start + Date.parse(here) - at).toISOString().slice(0, 10),
      );
  }
  return undefined;
}

const omitsYear = (line: Line): boolean =>
  paramOf(line, OMIT_YEAR) !== undefined || valueOf(line).startsWith(NO_YEAR);

function dateOf(line: Line): string | undefined {
  const match = omitsYear(line) ? null : DAY.exec(valueOf(line));
  return match === null
    ? undefined
    : parsePlainDate(`${match[1]}-${match[2]}-${match[3]}`);
}

const valueOf = (line: Line): string => line.value.trim();
