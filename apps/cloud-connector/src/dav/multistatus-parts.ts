import { ConnectorError } from "@ams-sync/connector-kit";
import { BrokenAnswer } from "./broken-answer.js";
import { Markup } from "./markup.js";

/**
 * Characters of rows that are parsed together; a list of 100,000 items has 20 million. What is made of as many dies young:
 * with 128 KB it outlived two collections, and lists of 65,000 took 13 MB more and a fifth more CPU time.
 */
const PART = 16 * 1024;
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
 * memory until all is read. A piece is asked for when it is needed, and forgotten with its part. Nothing of it reaches
 * the parser before its part is known to be sound; text that is no multistatus has none. All pieces are read all the
 * same: a connection whose answer is not read to its end cannot be kept.
 * @throws ConnectorError `rejected` for what no DAV server sends; `BrokenAnswer`, perhaps after some of the parts
 */
export async function* partsOf(
  pieces: AsyncIterable<string>,
  host: string,
): AsyncGenerator<string, void> {
  const parts = new Parts(host);
  for await (const piece of pieces)
    for (const part of parts.add(piece)) yield part;
  for (const part of parts.end()) yield part;
}

/** The same of a text that is there as a whole: whether it has any part. */
export function isMultistatus(text: string, host: string): boolean {
  const parts = new Parts(host);
  return [...parts.add(text), ...parts.end()].length > 0;
}

class Parts {
  readonly #tag = new Markup();
  /** The root's start, with all before it, and its end. */
  #root: readonly [start: string, end: string] | undefined;
  /** Nothing of what follows counts. */
  #over = false;
  /** Where the part begins that is gathered, the level that it has come to, and its characters of tags. */
  #from = 0;
  #level = 1;
  #markup = 0;

  constructor(private readonly host: string) {}

  /** Those that are whole now. */
  *add(piece: string): Generator<string, void> {
    if (this.#over) return;
    this.#tag.add(piece);
    yield* this.#whole();
  }

  *end(): Generator<string, void> {
    if (this.#over) return;
    this.#tag.end();
    yield* this.#whole();
    if (!this.#over && this.#root) throw new BrokenAnswer(this.host);
  }

  *#whole(): Generator<string, void> {
    const tag = this.#tag;
    while (!this.#over && tag.next()) {
      const part = this.#root ? this.#upTo(this.#root) : this.#atRoot();
      if (part !== undefined) yield part;
    }
    if (!this.#over && tag.fault === "declaration") throw declared(this.host);
  }

  #atRoot(): string | undefined {
    const tag = this.#tag;
    const start = tag.text.slice(0, tag.to);
    this.#over = !tag.is("open", "multistatus");
    if (this.#over) return tag.is("empty", "multistatus") ? start : undefined;
    if (start.length > MOST_MARKUP) throw senseless(this.host);
    const name = /^<([^\s/>]*)/.exec(start.slice(tag.from))?.[1];
    this.#root = [start, `</${name}>`];
    this.#from = tag.to;
    return undefined;
  }

  /** The part that ends with the tag, if one does. */
  #upTo([start, end]: readonly [string, string]): string | undefined {
    const tag = this.#tag;
    this.#markup += tag.to - tag.from;
    if (tag.is("open")) this.#level += 1;
    else if (tag.is("close")) this.#level -= 1;
    if (this.#level > MOST_LEVELS || this.#markup > MOST_MARKUP)
      throw senseless(this.host);
    this.#over = this.#level === 0;
    const isFull = this.#level === 1 && tag.to - this.#from >= PART;
    if (!this.#over && !(isFull && tag.is("close", "response")))
      return undefined;
    const rows = tag.text.slice(this.#from, tag.to);
    tag.forget();
    this.#from = 0;
    this.#markup = 0;
    return this.#sound(start + rows + (this.#over ? "" : end));
  }

  #sound(part: string): string {
    if (ODD_NAME.test(part)) throw senseless(this.host);
    return part;
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
    `${host} answered with elements that no list of items has; is the address that of a DAV server?`,
  );
