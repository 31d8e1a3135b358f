/** Characters of rows that are parsed together; a list of 100,000 items has 20 million. */
const PART = 128 * 1024;

/** The root's start tag, with nothing before it but the XML declaration. */
const START =
  /^(?:[\s\uFEFF]|<\?[^<>]*\?>)*<((?:[\w.-]+:)?multistatus)(?:\s[^<>]*)?>/;

/** A row's end with the next one's beginning behind it: within a row no element of this name stands so. */
const SEAM = /<\/(?:[\w.-]+:)?response\s*>(?=\s*<(?:[\w.-]+:)?response[\s>])/g;

/**
 * The same answer as several shorter ones, as what the parser makes of a row takes a hundred times its memory until all
 * is read. An answer that is short, or holds what could look like a seam and be none (comments, CDATA), comes whole.
 */
export function* partsOf(xml: string): Generator<string, void> {
  const [start, root] = START.exec(xml) ?? [];
  if (
    xml.length <= 2 * PART ||
    start === undefined ||
    xml.includes("<!", start.length)
  )
    return yield xml;
  const seams = new RegExp(SEAM);
  let from = start.length;
  for (;;) {
    seams.lastIndex = from + PART;
    if (seams.exec(xml) === null) return yield start + xml.slice(from);
    yield `${start}${xml.slice(from, seams.lastIndex)}</${root}>`;
    from = seams.lastIndex;
  }
}
