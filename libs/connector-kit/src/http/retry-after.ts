const LONGEST_MS = 24 * 60 * 60 * 1000;

/** RFC 9110 section 10.2.3, seconds or an HTTP date; milliseconds from `now`, at most a day, or undefined. */
export function retryAfterMs(
  header: string | undefined,
  now: number,
): number | undefined {
  const text = header?.trim() ?? "";
  const wait = /^\d+$/.test(text)
    ? Number(text) * 1000
    : // A date begins with the name of a day; Date.parse would take "-5" for a year.
      /^[A-Za-z]{3}/.test(text)
      ? Date.parse(text) - now
      : Number.NaN;
  return Number.isNaN(wait)
    ? undefined
    : Math.min(LONGEST_MS, Math.max(0, wait));
}
