/**
 * One that looks like this token and that the server did not give; undefined where there is no such one. What tokens end
 * in varies: `=` of Base64, a slash, a letter.
 */
export function otherToken(token: string): string | undefined {
  const other = token.replace(
    /([0-9a-z]+)([^0-9a-z]*)$/i,
    (_, run: string, end: string) =>
      /^[0-9a-f]{16,}$/i.test(run)
        ? `${turned(run)}${end}`
        : `7${run.slice(1)}7${end}`,
  );
  return other === token ? undefined : other;
}

/** Of the same length, which servers check in hashes. */
const turned = (hash: string): string =>
  `${hash.slice(0, -1)}${hash.endsWith("7") ? "3" : "7"}`;
