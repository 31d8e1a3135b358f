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

/** The forms of the last hour, oldest first, with the new one at the end. */
export function remember(
  history: readonly Agreed[],
  form: string,
  now: Instant,
): readonly Agreed[] {
  return [...recent(history, now), { form, at: now }].slice(-REMEMBERED);
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

/** Clocks of two replicas may differ: a time in the future is now. */
const recent = (history: readonly Agreed[], now: Instant): readonly Agreed[] =>
  history.filter(({ at }) => now - at < HOUR_MS);
