/** One refused text would refuse the whole group of results, so it is made to fit: PostgreSQL holds no NUL. */
export const sentence = (text: string): string =>
  text.replaceAll("\0", "").slice(0, 1_000) || "No reason was given.";

export const wholeMs = (ms: number): bigint =>
  BigInt(Math.max(0, Math.ceil(ms)));
