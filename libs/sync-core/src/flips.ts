import type { Instant } from "./dates.js";

/** So many returns to a form of the last hour are somebody's doing: two programs that undo each other's work. */
export const FLIPS_MAX = 3;
const HOUR_MS = 60 * 60 * 1000;
const REMEMBERED = 12;

/** A form that was agreed, by the beginning of its hash, and when. */
export interface Agreed {
  readonly form: string;
  readonly at: Instant;
}

/**
 * The forms of the last hour, oldest first, with the new one at the end. Clocks of two replicas may differ: what the
 * other one dated into the future is of now, or it would count for longer than an hour.
 */
export function remember(
  history: readonly Agreed[],
  form: string,
  now: Instant,
): readonly Agreed[] {
  const past = recent(history, now).map((one) =>
    one.at > now ? { ...one, at: now } : one,
  );
  return [...past, { form, at: now }].slice(-REMEMBERED);
}

/** Whether agreeing on this form once more would be the fourth return within an hour. */
export function flips(
  history: readonly Agreed[],
  form: string,
  now: Instant,
): boolean {
  const forms = [...recent(history, now).map((one) => one.form), form];
  const returns = forms.filter(
    (one, index) => forms[index - 1] !== one && forms.indexOf(one) < index,
  );
  return returns.length > FLIPS_MAX;
}

const recent = (history: readonly Agreed[], now: Instant): readonly Agreed[] =>
  history.filter(({ at }) => now - at < HOUR_MS);
