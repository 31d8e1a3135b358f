/** A value of Redis's protocol (RESP2): where it ends, and its texts if it is a request. */
export interface Value {
  readonly end: number;
  readonly parts: readonly string[];
}

/** The value that begins at `from`; undefined while a part of it is missing. */
export function valueAt(bytes: Buffer, from: number): Value | undefined {
  const line = bytes.indexOf("\r\n", from);
  if (line < 0) return undefined;
  const type = bytes.toString("latin1", from, from + 1);
  const text = bytes.toString("latin1", from + 1, line);
  const next = line + 2;
  if (type === "$") {
    const length = Number(text);
    if (length < 0) return { end: next, parts: [] };
    const end = next + length + 2;
    if (bytes.length < end) return undefined;
    return { end, parts: [bytes.toString("utf8", next, next + length)] };
  }
  if (type !== "*") return { end: next, parts: [text] };
  const parts: string[] = [];
  let end = next;
  for (let left = Number(text); left > 0; left -= 1) {
    const part = valueAt(bytes, end);
    if (part === undefined) return undefined;
    parts.push(...part.parts);
    end = part.end;
  }
  return { end, parts };
}
