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

/** More parts than any property has; what follows stays with the last. */
const MOST_PARTS = 1_000;

/** The parts of a structured value, still escaped. */
export const splitParts = (value: string): string[] =>
  split(value, /\\.|[^\\;]+|;|\\/gs, ";");

/** The texts of a list (CATEGORIES). Some programs part them with semicolons, as vCard 2.1 did. */
export const splitList = (value: string): string[] =>
  split(value, /\\.|[^\\,;]+|[,;]|\\/gs, ",;").map(unescapeText);

function split(value: string, tokens: RegExp, separators: string): string[] {
  const parts = [""];
  for (const { index, 0: token } of value.matchAll(tokens)) {
    if (!separators.includes(token)) parts[parts.length - 1] += token;
    else if (parts.length < MOST_PARTS) parts.push("");
    else {
      parts[parts.length - 1] += value.slice(index);
      break;
    }
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
