import { FIELD_RULES } from "./fields.js";
import type { AppointmentField, ContactField } from "./canonical.js";
import type { Problem } from "./problem.js";

type FieldName = ContactField | AppointmentField;

export type Cleaned =
  /** Missing: the field is empty. */
  | { readonly ok: true; readonly value?: string }
  | { readonly ok: false; readonly problem: Problem };

const BREAK = /[\t\n\r\u2028\u2029]+/;
// Cc: C0, DEL and C1. Cs: half of a pair, no character at all. The last two: XML 1.0 2.2 forbids them, and every
// multiget answer is XML.
const FORBIDDEN = /[\p{Cc}\p{Cs}\uFFFE\uFFFF]/u;
const FORBIDDEN_IN_LINES = /(?![\t\n])[\p{Cc}\p{Cs}\uFFFE\uFFFF]/u;

/**
 * One line of text in one normal form, no blanks around: servers and phones do the same on their own, and what they
 * would change anyway must not look like a change. A line break or a tab is a blank there: a pasted address has them,
 * and one of them must not withhold a customer.
 */
export const tidy = (text: string): string =>
  BREAK.test(text)
    ? text
        .normalize("NFC")
        .split(BREAK)
        .map((part) => part.trim())
        .filter((part) => part !== "")
        .join(" ")
    : text.normalize("NFC").trim();

/** `tidy` for a text of several lines: one line ending. U+2028 and U+2029 are line ends for some servers and phones. */
export const tidyLines = (text: string): string =>
  text
    .replace(/\r\n?|[\u2028\u2029]/g, "\n")
    .normalize("NFC")
    .trim();

export const tidyField = (field: FieldName, text: string): string =>
  FIELD_RULES[field].multiline === true ? tidyLines(text) : tidy(text);

/** `tidyField`, and the field's limits. */
export function cleanText(
  field: FieldName,
  raw: string | null | undefined,
): Cleaned {
  const value = tidyField(field, raw ?? "");
  if (value === "") return { ok: true };
  const { limit, multiline } = FIELD_RULES[field];
  if (longerThan(value, limit)) return fail("too-long", field);
  return (multiline === true ? FORBIDDEN_IN_LINES : FORBIDDEN).test(value)
    ? fail("control-characters", field)
    : { ok: true, value };
}

export function fail(
  code: Problem["code"],
  field: FieldName,
): { readonly ok: false; readonly problem: Problem } {
  return { ok: false, problem: { code, field } };
}

/** Counted in code points: an emoji is one character. */
function longerThan(text: string, limit: number): boolean {
  return text.length > limit && [...text].length > limit;
}
