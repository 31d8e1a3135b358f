/** A tag of an XML text: `text[from]` is its "<", `text[to - 1]` its ">". */
export interface Tag {
  readonly kind: "open" | "close" | "empty";
  /** Without its prefix. */
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/** What an XML text is refused for. `broken`: it ends within a tag, a comment or the like. */
export type MarkupFault = "declaration" | "broken";

/**
 * The tags of an XML text one by one, in time that grows with its length whatever it holds. Comments, CDATA and
 * processing instructions are passed over. A declaration ends it: only a document type needs one, entities are declared
 * there, and no DAV server has any.
 */
export function* tagsOf(text: string): Generator<Tag, MarkupFault | undefined> {
  let at = 0;
  for (;;) {
    const from = text.indexOf("<", at);
    if (from < 0) return undefined;
    const passed = PASSED_OVER.find(([start]) => text.startsWith(start, from));
    if (passed !== undefined) {
      const [start, end] = passed;
      const closing = text.indexOf(end, from + start.length);
      if (closing < 0) return "broken";
      at = closing + end.length;
      continue;
    }
    if (text[from + 1] === "!") return "declaration";
    const to = endOf(text, from + 1);
    if (to === undefined) return "broken";
    at = to;
    yield tagIn(text, from, to);
  }
}

const PASSED_OVER: readonly (readonly [string, string])[] = [
  ["<!--", "-->"],
  ["<![CDATA[", "]]>"],
  ["<?", "?>"],
];

const MARK = /[>"']/g;

/** Behind the tag's ">"; one in an attribute's value ends nothing. */
function endOf(text: string, from: number): number | undefined {
  let at = from;
  for (;;) {
    MARK.lastIndex = at;
    const mark = MARK.exec(text);
    if (mark === null) return undefined;
    if (mark[0] === ">") return mark.index + 1;
    const closing = text.indexOf(mark[0], mark.index + 1);
    if (closing < 0) return undefined;
    at = closing + 1;
  }
}

const NAME = /[^\s/>]{0,100}/y;

function tagIn(text: string, from: number, to: number): Tag {
  const closes = text[from + 1] === "/";
  NAME.lastIndex = from + (closes ? 2 : 1);
  const name = NAME.exec(text)?.[0] ?? "";
  const kind = closes ? "close" : text[to - 2] === "/" ? "empty" : "open";
  return { kind, name: name.slice(name.indexOf(":") + 1), from, to };
}
