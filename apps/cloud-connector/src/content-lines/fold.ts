const LIMIT = 75;

/**
 * RFC 5545 3.1, RFC 6350 3.2: no line longer than 75 octets without its break, never broken inside a UTF-8 sequence.
 * The blank that begins a continuation counts.
 */
export function fold(line: string): string {
  // No character of UTF-16 has more than three octets; most lines are short.
  if (line.length * 3 <= LIMIT || Buffer.byteLength(line) <= LIMIT) return line;
  let folded = "";
  let octets = 0;
  for (const character of line) {
    const size = octetsOf(character);
    if (octets + size > LIMIT) {
      folded += "\r\n ";
      octets = 1;
    }
    folded += character;
    octets += size;
  }
  return folded;
}

export const unfold = (text: string): string =>
  text.includes("\n") ? text.replace(/\r?\n[ \t]/g, "") : text;

function octetsOf(character: string): number {
  const point = character.codePointAt(0) ?? 0;
  if (point < 0x80) return 1;
  if (point < 0x800) return 2;
  return point < 0x10000 ? 3 : 4;
}
