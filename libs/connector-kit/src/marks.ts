import { createHash } from "node:crypto";
import type { Fields } from "@ams-sync/sync-core";
import type { AmsEntry } from "./run-state.js";

/**
 * What a write is about to put into an item, one text for each field: `name=` and the beginning of its value's hash. The
 * name alone would not do: a value that somebody else put there meanwhile must not be taken for ours.
 */
export const marksOf = (
  form: Fields,
  names: readonly string[],
): readonly string[] => names.map((name) => `${name}=${hashOf(form[name])}`);

/** The same of what a write is about to bring into ams. */
export const inwardMarksOf = (
  form: Fields,
  names: readonly string[],
): readonly string[] => marksOf(form, names).map((mark) => INWARD + mark);

/** No field's name begins so. */
const INWARD = "+";

export const isInward = (mark: string): boolean => mark.startsWith(INWARD);

/** Whether a write there was begun that nobody remembers; what only came into ams is none. */
export const wasSent = ({
  sent,
  unsure = [],
}: Pick<AmsEntry, "sent" | "unsure">): boolean =>
  sent === true && !(unsure.length > 0 && unsure.every(isInward));

/** Names of the fields that any of the marks is about that are of writes there. */
export const markedNames = (marks: readonly string[]): readonly string[] => [
  ...new Set(
    marks
      .filter((mark) => !isInward(mark))
      .map((mark) => mark.slice(0, mark.indexOf("="))),
  ),
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

/** Names of the fields in which the record holds what a marked write was to bring into ams. */
export const takenIn = (
  record: Fields,
  marks: readonly string[],
): readonly string[] =>
  ownIn(
    record,
    marks.filter(isInward).map((mark) => mark.slice(INWARD.length)),
  );

/** 72 bits tell the few values apart that one field ever had. */
const hashOf = (value = ""): string =>
  createHash("sha256").update(value).digest("base64url").slice(0, 12);
