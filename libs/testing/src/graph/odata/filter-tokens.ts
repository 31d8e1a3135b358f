import { filterRefused } from "../http/refusal.js";

export interface Token {
  readonly kind: "word" | "literal" | "sign";
  readonly text: string;
  readonly value?: string | number | boolean | null;
}

const TOKEN =
  /\s*(?:('(?:[^']|'')*')|(\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d))|(-?\d+(?:\.\d+)?)(?![\w-])|([A-Za-z_@][\w.@]*)|([(),:/]))/y;

const CONSTANTS: Readonly<Record<string, boolean | null>> = {
  true: true,
  false: false,
  null: null,
};

export function tokensOf(filter: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  const end = filter.trimEnd().length;
  while (TOKEN.lastIndex < end) {
    const at = TOKEN.lastIndex;
    const found = TOKEN.exec(filter);
    if (found === null)
      throw filterRefused(
        `Syntax error at position ${at} in '${filter.slice(0, 200)}'.`,
      );
    const [, quoted, moment, number, word, sign] = found;
    if (quoted !== undefined)
      tokens.push(literal(quoted.slice(1, -1).replaceAll("''", "'"), quoted));
    else if (moment !== undefined) tokens.push(literal(moment, moment));
    else if (number !== undefined) tokens.push(literal(Number(number), number));
    else if (word !== undefined && Object.hasOwn(CONSTANTS, word))
      tokens.push(literal(CONSTANTS[word] ?? null, word));
    else if (word !== undefined) tokens.push({ kind: "word", text: word });
    else tokens.push({ kind: "sign", text: sign ?? "" });
  }
  return tokens;
}

const literal = (
  value: string | number | boolean | null,
  text: string,
): Token => ({ kind: "literal", text, value });
