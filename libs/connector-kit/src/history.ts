import { createHash } from "node:crypto";
import { fingerprintText, flips, remember } from "@ams-sync/sync-core";
import type { Agreed, Fields, Instant } from "@ams-sync/sync-core";

/** The forms of the last hour with this one, as the link keeps them. */
export const nextHistory = (
  history: string | undefined,
  form: Fields,
  now: number,
): string => {
  const known = remember(read(history), formOf(form), now as Instant);
  return JSON.stringify(known.map(({ form: hash, at }) => [hash, at]));
};

/** Whether agreeing on this form once more would be one return too many within an hour. */
export const flipping = (
  history: string | undefined,
  form: Fields,
  now: number,
): boolean => flips(read(history), formOf(form), now as Instant);

/** Only `nextHistory` writes it. */
const read = (history: string | undefined): readonly Agreed[] =>
  history === undefined || history === ""
    ? []
    : (JSON.parse(history) as readonly (readonly [string, Instant])[]).map(
        ([form, at]) => ({ form, at }),
      );

/** 72 bits tell the few forms apart that one record had within an hour. */
const formOf = (fields: Fields): string =>
  createHash("sha256")
    .update(fingerprintText({ fields }))
    .digest("base64url")
    .slice(0, 12);
