const DAY_MS = 86_400_000;

/** "2024-02-29". Calendar arithmetic in UTC, so the zone of the process plays no part. */
export function isoDay(year: number, month: number, day: number): string {
  return new Date(Date.UTC(year, month - 1, day)).toISOString().slice(0, 10);
}

export function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS)
    .toISOString()
    .slice(0, 10);
}

/** 0 is Sunday. */
export function weekday(day: string): number {
  return new Date(`${day}T00:00:00Z`).getUTCDay();
}

/** The days on which Europe/Berlin changes its clocks: month 3 and month 10. */
export function lastSunday(year: number, month: 3 | 10): string {
  const last = isoDay(year, month, 31);
  return addDays(last, -weekday(last));
}

/** "09:05" from minutes after midnight; beyond 24 hours it is the next day's time. */
export function wallTime(minutes: number): string {
  const inDay = minutes % (24 * 60);
  const hour = Math.floor(inDay / 60);
  return `${String(hour).padStart(2, "0")}:${String(inDay % 60).padStart(2, "0")}`;
}
