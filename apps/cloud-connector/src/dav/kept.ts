import { parseComponent } from "../content-lines/index.js";
import type { Stored } from "./stored.js";

/** Characters of an item that are kept as they are. A slice has a hundred items, and they are in memory together. */
const WHOLE = 256 * 2 ** 10;
/** Of one line of a longer item: above a remark of 32,000 characters with its escapes and folds; photos go beyond it. */
const LINE = 128 * 2 ** 10;
/** Of a longer item without what is cut; no real one has as much. */
const MOST = 512 * 2 ** 10;

/**
 * An item as it is kept until it is worked on. Of a long one only the beginning of each line: enough to be read, and
 * whoever writes it reads it again. What is kept is a copy, as a part of a text holds the whole of it in memory.
 */
export const kept = (stored: Stored): Stored => {
  const { text } = stored;
  if (text.length <= WHOLE) return { ...stored, text: copyOf(text) };
  // What nobody could write back must not look sound because of what is cut off.
  const brief = parseComponent(text) ? beginnings(text) : "";
  return {
    ...stored,
    text: brief.length > MOST ? "" : copyOf(brief),
    cut: true,
  };
};

/** With its folds (RFC 6350 section 3.2) a line is as long as all of them. */
const beginnings = (text: string): string => {
  const parts: string[] = [];
  let room = LINE;
  for (let from = 0; from < text.length;) {
    const at = text.indexOf("\n", from);
    const to = at < 0 ? text.length : at + 1;
    const isFold = text[from] === " " || text[from] === "\t";
    if (!isFold) room = LINE;
    if (to - from <= room) parts.push(text.slice(from, to));
    else if (room > 0) parts.push(text.slice(from, from + room), "\r\n");
    room = Math.max(0, room - (to - from));
    from = to;
  }
  return parts.join("");
};

const copyOf = (text: string): string => {
  const encoding = /[^\0-\xFF]/.test(text) ? "utf16le" : "latin1";
  return Buffer.from(text, encoding).toString(encoding);
};
