import { parsePlainDate } from "@ams-sync/sync-core";
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

// 1985-04-12 or 19850412, perhaps with a time, which no birthday has and some clients add.
const DAY = /^(\d{4})-?(\d{2})-?(\d{2})(?:T.*)?$/i;

/** A day without a zone in both directions; one without a year (`--0412`) is no date that ams could hold. */
export const birthDate: FieldMapping = {
  fields: ["birthDate"],
  read({ component, type }) {
    const line = firstLine(component, "BDAY");
    const date = line === undefined ? undefined : dateOf(line);
    return date === undefined || type === "commercial"
      ? {}
      : { birthDate: date };
  },
  write({ component, version }, changes) {
    const line = firstLine(component, "BDAY");
    const date = changes.get("birthDate");
    if (date === undefined)
      return removeLines(component, line === undefined ? [] : [line]);
    // RFC 2426 3.1.5 writes dates with hyphens, RFC 6350 4.3.1 only without.
    const value = version === "3.0" ? date : date.replaceAll("-", "");
    const next =
      line === undefined
        ? makeLine("BDAY", value)
        : withValue(line, value, ["VALUE", OMIT_YEAR, "CALSCALE"]);
    return putLine(component, line, next);
  },
};

function dateOf(line: Line): string | undefined {
  if (paramOf(line, OMIT_YEAR) !== undefined) return undefined;
  const match = DAY.exec(line.value.trim());
  return match === null
    ? undefined
    : parsePlainDate(`${match[1]}-${match[2]}-${match[3]}`);
}
