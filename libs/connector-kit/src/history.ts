import { createHash } from "node:crypto";
import { fingerprintText, flips, remember } from "@ams-sync/sync-core";
import type { Agreed, Fields, Instant } from "@ams-sync/sync-core";

/**
 * The forms of the last hour with this one, as the link keeps them.
 * @param unanswered it was made, and a create before this one was never answered
 */
export const nextHistory = (
  history: string | undefined,
  form: Fields,
  now: number,
  unanswered = false,
): string => {
  const known = remember(read(history), formOf(form), now as Instant);
  const at = unanswered ? now : unansweredAt(history);
  return JSON.stringify([
    ...(at === undefined ? [] : [[UNANSWERED, at]]),
    ...known.map(({ form: hash, at }) => [hash, at]),
  ]);
};

/** When the item was made, epoch ms, if a create before that was never answered: it may be under way still. */
export const unansweredAt = (history: string | undefined): number | undefined =>
  entriesOf(history).find(([form]) => form === UNANSWERED)?.[1];

/** No form's hash. */
const UNANSWERED = "";

/** Whether agreeing on this form once more would be one return too many within an hour. */
export const flipping = (
  history: string | undefined,
  form: Fields,
  now: number,
): boolean => flips(read(history), formOf(form), now as Instant);

const read = (history: string | undefined): readonly Agreed[] =>
  entriesOf(history).flatMap(([form, at]) =>
    form === UNANSWERED ? [] : [{ form, at }],
  );

/** Only `nextHistory` writes it. */
const entriesOf = (
  history: string | undefined,
): readonly (readonly [string, Instant])[] =>
  history === undefined || history === ""
    ? []
    : (JSON.parse(history) as readonly (readonly [string, Instant])[]);

/** 72 bits tell the few forms apart that one record had within an hour. */
const formOf = (fields: Fields): string =>
  createHash("sha256")
    .update(fingerprintText({ fields }))
    .digest("base64url")
    .slice(0, 12);
