import type { Dice } from "./dice.js";

const DAY_MS = 86_400_000;

/** When a row was last changed: a third in the last 30 days, the rest back to eight years. ISO 8601, UTC. */
export function changedAt(dice: Dice, now: Date): string {
  const span = dice.chance(33) ? 30 : dice.chance(60) ? 365 : 8 * 365;
  return ago(dice, now.getTime(), span);
}

/** An appointment is worked on in the months before it, and up to a week after it. */
export function changedAround(dice: Dice, date: string, now: Date): string {
  const latest = Date.parse(`${date}T18:00:00Z`) + 7 * DAY_MS;
  return ago(dice, Math.min(latest, now.getTime()), dice.chance(50) ? 14 : 180);
}

const ago = (dice: Dice, instant: number, days: number): string =>
  new Date(instant - dice.int(days * DAY_MS)).toISOString();
