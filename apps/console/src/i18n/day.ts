import type { Language } from "./language.js";

/** A day as it is typed: without dots, too, as a telephone's keys for digits have none. Four figures of a year, or the last two. */
const GERMAN =
  /^(\d{1,2})[./\- ]\s*(\d{1,2})[./\- ]\s*(\d{4}|\d{2})$|^(\d{2})(\d{2})(\d{4}|\d{2})$/;
const ISO = /^(\d{4})-(\d{1,2})-(\d{1,2})$|^(\d{4})(\d{2})(\d{2})$/;
const STORED = /^\d{4}-\d{2}-\d{2}$/;
const OLDEST = 1900;

/** @param text such as 31.1.2024 or 310124 in German; 2024-01-31 everywhere @returns ISO 8601; undefined: no day of the calendar */
export function readDay(text: string, language: Language): string | undefined {
  const typed = text.trim();
  if (language === "de") {
    const [day, month, year] = partsOf(GERMAN, typed);
    if (day !== undefined && month !== undefined && year !== undefined)
      return dayOf(year.length === 2 ? `20${year}` : year, month, day);
  }
  const [year, month, day] = partsOf(ISO, typed);
  return year === undefined || month === undefined || day === undefined
    ? undefined
    : dayOf(year, month, day);
}

/** @param iso ISO 8601; anything else stays as it is @returns 31.01.2024 in German; elsewhere ISO, which nobody reads month first */
export function showDay(iso: string, language: Language): string {
  if (!isDay(iso) || language !== "de") return iso;
  const [year, month, day] = iso.split("-");
  return `${day}.${month}.${year}`;
}

/** Whether it is a day of the calendar as it is stored. */
export const isDay = (text: string): boolean =>
  STORED.test(text) && readDay(text, "en") === text;

const partsOf = (pattern: RegExp, text: string): readonly string[] =>
  (pattern.exec(text) ?? []).slice(1).filter((part) => part !== undefined);

function dayOf(year: string, month: string, day: string): string | undefined {
  const iso = `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
  const at = new Date(`${iso}T00:00:00Z`);
  // 31 February would become a day in March.
  return !Number.isNaN(at.getTime()) &&
    at.toISOString().startsWith(iso) &&
    Number(year) >= OLDEST
    ? iso
    : undefined;
}
