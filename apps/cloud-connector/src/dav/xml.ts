import { Markup } from "./markup.js";

/**
 * No document type declaration before the root element, the only place where XML allows one: entities are declared
 * there, and no DAV server needs any.
 */
export function startsSafely(text: string): boolean {
  const markup = new Markup();
  markup.add(text);
  markup.end();
  return markup.next() || markup.fault !== "declaration";
}

/** Marks text that must stay text. No server sends it: it stands for "no line break here". */
const KEEP = "\u2060";
const TEXT_ELEMENTS =
  /(<(?:[\w.-]+:)?(?:getetag|getctag|sync-token|displayname)(?:\s[^<>]*)?>\s*)(?=[^<\s][^<]*<\/)/g;

/**
 * What tsdav may parse, of text that `partsOf` has let pass. It turns text that looks like a number into one, and the
 * tokens "1e5" and "100000" would become the same; so the elements whose text is compared or sent back are marked, and
 * `textOf` takes the mark off.
 */
export const preparedXml = (text: string): string =>
  text.replace(TEXT_ELEMENTS, `$1${KEEP}`);

/** The text of an element as tsdav hands it on (text, number, flag or CDATA in pieces); "" if it is empty. */
export function textOf(value: unknown): string {
  if (typeof value === "string")
    return value.startsWith(KEEP) ? value.slice(KEEP.length) : value;
  if (typeof value === "number" || typeof value === "boolean")
    return String(value);
  if (Array.isArray(value)) return value.map(textOf).join("");
  if (typeof value === "object" && value !== null) {
    if ("_cdata" in value) return textOf(value._cdata);
    if ("_text" in value) return textOf(value._text);
  }
  return "";
}
