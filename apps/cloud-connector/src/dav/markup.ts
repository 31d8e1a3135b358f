/** What an XML text is refused for. `broken`: it ends within a tag, a comment or the like. */
export type MarkupFault = "declaration" | "broken";

type TagKind = "open" | "close" | "empty";

const [EXCLAMATION, QUESTION, SLASH, QUOTE, APOSTROPHE] = [..."!?/\"'"].map(
  (character) => character.charCodeAt(0),
);

/**
 * Goes through the tags of an XML text that comes in pieces, in time that grows with its length whatever it holds.
 * Comments, CDATA and processing instructions are passed over. A declaration ends it: only a document type needs one,
 * entities are declared there, and no DAV server has any.
 *
 * One object for all tags: a list of 100,000 items has over a million of them.
 */
export class Markup {
  /** The tag: `text[from]` is its "<", `text[to - 1]` its ">". */
  from = 0;
  to = 0;
  #kind: TagKind = "open";
  /** Why there is no further tag; undefined where the text just ends. More text may mend what is "broken". */
  fault: MarkupFault | undefined;

  /** As far as it came, less what was forgotten. */
  text = "";
  #ended = false;
  /** Characters of text below which there is no further tag. */
  #least = 0;

  add(piece: string): void {
    this.text += piece;
  }

  /** There is no more text. */
  end(): void {
    this.#ended = true;
  }

  /** Goes to the next tag, if there is one in the text so far. */
  next(): boolean {
    const { length } = this.text;
    if (length < this.#least && !this.#ended) return false;
    this.fault = undefined;
    const found = this.#found();
    // As much again as is without a further tag, since that is looked through anew: else time would grow with the square.
    this.#least = found ? 0 : 2 * length - this.to;
    return found;
  }

  /** Lets go of the text before and in the tag. */
  forget(): void {
    this.text = this.text.slice(this.to);
    this.from = 0;
    this.to = 0;
  }

  #found(): boolean {
    const { text } = this;
    let at = this.to;
    for (;;) {
      const from = text.indexOf("<", at);
      if (from < 0) return false;
      const mark = text.charCodeAt(from + 1);
      if (mark !== EXCLAMATION && mark !== QUESTION)
        return this.#tag(from, mark === SLASH);
      const passed = PASSED_OVER.find(([start]) =>
        text.startsWith(start, from),
      );
      if (passed === undefined)
        return this.#ends(
          // The rest may show that it is something else.
          !this.#ended && text.length - from < LONGEST_START
            ? "broken"
            : "declaration",
        );
      const [start, end] = passed;
      const closing = text.indexOf(end, from + start.length);
      if (closing < 0) return this.#ends("broken");
      at = closing + end.length;
    }
  }

  is(kind: TagKind, name?: string): boolean {
    return this.#kind === kind && (name === undefined || name === this.name());
  }

  /** Without its prefix. */
  name(): string {
    const start = this.from + (this.#kind === "close" ? 2 : 1);
    const head = this.text.slice(start, Math.min(this.to - 1, start + 100));
    const name = /^[^\s/]*/.exec(head)?.[0] ?? "";
    return name.slice(name.indexOf(":") + 1);
  }

  #tag(from: number, closes: boolean): boolean {
    const { text } = this;
    const to = endOf(text, from + 1);
    if (to === 0) return this.#ends("broken");
    this.from = from;
    this.to = to;
    const empty = text.charCodeAt(to - 2) === SLASH;
    this.#kind = closes ? "close" : empty ? "empty" : "open";
    return true;
  }

  #ends(fault: MarkupFault): false {
    this.fault = fault;
    return false;
  }
}

const PASSED_OVER: readonly (readonly [string, string])[] = [
  ["<!--", "-->"],
  ["<![CDATA[", "]]>"],
  ["<?", "?>"],
];

const LONGEST_START = Math.max(...PASSED_OVER.map(([start]) => start.length));

/** Behind the tag's ">"; one in an attribute's value ends nothing. 0: there is none. */
function endOf(text: string, from: number): number {
  let to = text.indexOf(">", from) + 1;
  for (let at = from; at < to; at++) {
    const code = text.charCodeAt(at);
    if (code !== QUOTE && code !== APOSTROPHE) continue;
    at = text.indexOf(code === QUOTE ? '"' : "'", at + 1);
    if (at < 0) return 0;
    if (at > to) to = text.indexOf(">", at) + 1;
  }
  return to;
}
