const LIMIT = 75;

/**
 * RFC 5545 3.1, RFC 6350 3.2: no line longer than 75 octets without its break, never broken inside a UTF-8 sequence.
 * The blank that begins a continuation counts.
 */
export function fold(line: string): string {
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

export const unfold = (text: string): string => text.replace(/\r?\n[ \t]/g, "");

function octetsOf(character: string): number {
  const point = character.codePointAt(0) ?? 0;
  if (point < 0x80) return 1;
  if (point < 0x800) return 2;
  return point < 0x10000 ? 3 : 4;
}
