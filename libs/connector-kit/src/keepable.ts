/** Longer than any mapped field; of what is longer nothing can be taken back. Refused, it would stop each run. */
const VALUE_MAX = 65_536;

/** A value that gave way may be anything that somebody has entered there. */
export const keepable = (value: string): string =>
  value.replaceAll("\0", "").slice(0, VALUE_MAX);
