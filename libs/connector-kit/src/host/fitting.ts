/** One refused text would refuse the whole group of results, so it is made to fit: PostgreSQL holds no NUL. */
export const sentence = (text: string): string =>
  text.replaceAll("\0", "").slice(0, 1_000) || "No reason was given.";

/** Longer than any mapped field; of what is longer nothing can be taken back. Refused, it would stop each run. */
const VALUE_MAX = 65_536;

/** A value that gave way may be anything that somebody has entered there. */
export const keepable = (value: string): string =>
  value.replaceAll("\0", "").slice(0, VALUE_MAX);

export const wholeMs = (ms: number): bigint =>
  BigInt(Math.max(0, Math.ceil(ms)));
