import { ConnectorError } from "@ams-sync/connector-kit";
import { BrokenAnswer } from "./broken-answer.js";
import { Markup } from "./markup.js";

/** Characters of rows that are parsed together; a list of 100,000 items has 20 million. */
const PART = 128 * 1024;
/**
 * Of tags in one part, the root's start apart. Rows have some hundred characters of them; what the parser makes of a
 * tag takes fifty times its memory.
 */
const MOST_MARKUP = 1024 * 1024;
const MOST_LEVELS = 50;

/** tsdav makes a member of an object of each element; under a name that objects have of their own, rows get lost. */
const ODD_NAME =
  /<(?:[\w.-]{1,100}:)?(?:_|constructor|to-?string|to-?locale|value-?of|has-?own|is-?prototype|property-?is)/i;

/**
 * A multistatus, in any pieces, as several shorter ones, as what the parser makes of a row takes a hundred times its
 * memory until all is read. A piece is asked for when it is needed, and forgotten with its part. Nothing of it reaches the parser before its part is known to be sound; text that is no multistatus has none.
 * @throws ConnectorError `rejected` for what no DAV server sends; `BrokenAnswer`, perhaps after some of the parts
 */
export function* partsOf(
  pieces: Iterable<string>,
  host: string,
): Generator<string, void> {
  const tag = new Markup(pieces);
  if (!tag.next()) {
    if (tag.fault === "declaration") throw declared(host);
    return;
  }
  const start = tag.text.slice(0, tag.to);
  if (tag.is("empty", "multistatus")) return yield start;
  if (!tag.is("open", "multistatus")) return;
  if (start.length > MOST_MARKUP) throw senseless(host);
  const end = `</${/^<([^\s/>]*)/.exec(start.slice(tag.from))?.[1]}>`;
  let [from, level, markup] = [tag.to, 1, 0];
  while (tag.next()) {
    markup += tag.to - tag.from;
    if (tag.is("open")) level += 1;
    else if (tag.is("close")) level -= 1;
    if (level > MOST_LEVELS || markup > MOST_MARKUP) throw senseless(host);
    if (level === 0)
      return yield sound(start + tag.text.slice(from, tag.to), host);
    if (level === 1 && tag.to - from >= PART && tag.is("close", "response")) {
      yield sound(start + tag.text.slice(from, tag.to) + end, host);
      tag.forget();
      from = 0;
      markup = 0;
    }
  }
  throw tag.fault === "declaration" ? declared(host) : new BrokenAnswer(host);
}

function sound(part: string, host: string): string {
  if (ODD_NAME.test(part)) throw senseless(host);
  return part;
}

const declared = (host: string): ConnectorError =>
  new ConnectorError(
    "rejected",
    `${host} answered with a document type declaration, which is refused; is the address that of a DAV server?`,
  );

const senseless = (host: string): ConnectorError =>
  new ConnectorError(
    "rejected",
    `${host} answered with elements that no list of items has; is the address that of a DAV server?`,
  );
