import { createHash } from "node:crypto";
import type { Fields } from "@ams-sync/sync-core";

/**
 * What a write is about to put into an item, one text for each field: `name=` and the beginning of its value's hash. The
 * name alone would not do: a value that somebody else put there meanwhile must not be taken for ours.
 */
export const marksOf = (
  form: Fields,
  names: readonly string[],
): readonly string[] => names.map((name) => `${name}=${hashOf(form[name])}`);

/** Names of the fields that any of the marks is about. */
export const markedNames = (marks: readonly string[]): readonly string[] => [
  ...new Set(marks.map((mark) => mark.slice(0, mark.indexOf("=")))),
];

/** Names of the fields in which the item holds what a marked write was to put there. */
export const ownIn = (
  item: Fields,
  marks: readonly string[],
): readonly string[] => {
  const known = new Set(marks);
  return markedNames(marks).filter((name) =>
    known.has(`${name}=${hashOf(item[name])}`),
  );
};

/** 72 bits tell the few values apart that one field ever had. */
const hashOf = (value = ""): string =>
  createHash("sha256").update(value).digest("base64url").slice(0, 12);
