import { ConnectorError } from "@ams-sync/connector-kit";
import { BrokenAnswer } from "./broken-answer.js";
import { tagsOf } from "./markup.js";

/** Characters of rows that are parsed together; a list of 100,000 items has 20 million. */
const PART = 128 * 1024;
/**
 * Of tags in one part, the root's start apart. Rows have some hundred characters of them; what the parser makes of a
 * tag takes fifty times its memory.
 */
const MOST_MARKUP = 1024 * 1024;
const MOST_LEVELS = 50;

/**
 * A multistatus as several shorter ones, as what the parser makes of a row takes a hundred times its memory until all
 * is read. Nothing of it reaches the parser before its part is known to be sound; text that is no multistatus has none.
 * @throws ConnectorError `rejected` for what no DAV server sends; `BrokenAnswer`, perhaps after some of the parts
 */
export function* partsOf(xml: string, host: string): Generator<string, void> {
  const tags = tagsOf(xml);
  const first = tags.next();
  if (first.done) {
    if (first.value === "declaration") throw declared(host);
    return;
  }
  const root = first.value;
  if (root.name !== "multistatus" || root.kind === "close") return;
  if (root.kind === "empty") return yield xml.slice(0, root.to);
  const start = xml.slice(0, root.to);
  const end = `</${/^<([^\s/>]*)/.exec(xml.slice(root.from, root.to))?.[1]}>`;
  if (start.length > MOST_MARKUP) throw senseless(host);
  let [from, level, markup] = [root.to, 1, 0];
  for (;;) {
    const next = tags.next();
    if (next.done) {
      if (next.value === "declaration") throw declared(host);
      throw new BrokenAnswer(host);
    }
    const tag = next.value;
    markup += tag.to - tag.from;
    if (tag.kind === "open") level += 1;
    else if (tag.kind === "close") level -= 1;
    if (level > MOST_LEVELS || markup > MOST_MARKUP) throw senseless(host);
    if (level === 0) return yield start + xml.slice(from, tag.to);
    if (
      level === 1 &&
      tag.kind === "close" &&
      tag.name === "response" &&
      tag.to - from >= PART
    ) {
      yield start + xml.slice(from, tag.to) + end;
      from = tag.to;
      markup = 0;
    }
  }
}

const declared = (host: string): ConnectorError =>
  new ConnectorError(
    "rejected",
    `${host} answered with a document type declaration, which is refused; is the address that of a DAV server?`,
  );

const senseless = (host: string): ConnectorError =>
  new ConnectorError(
    "rejected",
    `${host} answered with more elements than any list of items has; is the address that of a DAV server?`,
  );
