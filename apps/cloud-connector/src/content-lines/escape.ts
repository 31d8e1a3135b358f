/**
 * RFC 5545 3.3.11, RFC 6350 3.4. The semicolon is escaped in plain text values too: RFC 2426 section 5 demands it, the
 * later ones allow it.
 */
export function escapeText(text: string): string {
  return text
    .replace(/\\/g, "\\\\")
    .replace(/;/g, "\\;")
    .replace(/,/g, "\\,")
    .replace(/\r\n?|\n/g, "\\n");
}

/**
 * Undoes `escapeText`, and what others escape beyond the RFCs: colons in web addresses. A backslash before any other
 * character stands for itself.
 */
export function unescapeText(value: string): string {
  return value.replace(/\\([\\;,:nN])/g, (_, escaped: string) =>
    escaped === "n" || escaped === "N" ? "\n" : escaped,
  );
}

/**
 * A web address is a URI, in which a semicolon means itself (RFC 2426 3.6.8). So would a comma, but Radicale cuts the
 * value at it (seen: "?a=1,2" comes back as "?a=1"); escaped it survives, and readers undo it. No URI has a backslash;
 * what people typed may, and is escaped so that it comes back.
 */
export const escapeUri = (text: string): string =>
  text
    .replace(/\\/g, "\\\\")
    .replace(/,/g, "\\,")
    .replace(/\r\n?|\n/g, "\\n");

/** The parts of a structured value, still escaped. */
export function splitParts(value: string): string[] {
  const parts = [""];
  for (const [token] of value.matchAll(/\\.|[^\\;]+|;|\\/gs)) {
    if (token === ";") parts.push("");
    else parts[parts.length - 1] += token;
  }
  return parts;
}

/** The text of one part, "" if there is none. */
export const partAt = (value: string, index: number): string =>
  unescapeText(splitParts(value)[index] ?? "");

/** The value with one part replaced, the others as they were written, and at least `length` parts. */
export function withPart(
  value: string,
  index: number,
  text: string,
  length: number,
): string {
  const parts = splitParts(value);
  while (parts.length < Math.max(length, index + 1)) parts.push("");
  parts[index] = escapeText(text);
  return parts.join(";");
}
