/** Content lines of vCard and iCalendar (RFC 6350 section 3.2, RFC 5545 section 3.1), unfolded. */
export const unfold = (text: string): string[] =>
  text
    .replace(/\r?\n[ \t]/g, "")
    .split(/\r?\n/)
    .filter((line) => line !== "");

/** Folds at so many octets, never inside a character. */
export function fold(lines: readonly string[], octets = 75): string {
  return lines.map((line) => `${folded(line, octets)}\r\n`).join("");
}

function folded(line: string, octets: number): string {
  let result = "";
  let size = 0;
  for (const character of line) {
    const width = Buffer.byteLength(character);
    if (size + width > octets) {
      result += "\r\n ";
      size = 1;
    }
    result += character;
    size += width;
  }
  return result;
}

/** The name of a line's property in upper case, without its group. */
export const propertyOf = (line: string): string =>
  (/^(?:[\w-]+\.)?([\w-]+)/.exec(line)?.[1] ?? "").toUpperCase();

/** Before and after the colon that ends name and parameters. */
export function split(line: string): readonly [string, string] {
  let quoted = false;
  for (let at = 0; at < line.length; at += 1) {
    if (line[at] === '"') quoted = !quoted;
    if (line[at] === ":" && !quoted)
      return [line.slice(0, at), line.slice(at + 1)];
  }
  return [line, ""];
}
