import { fold, unfold } from "./fold.js";

export interface Param {
  /** Upper case. A bare word, as vCard 2.1 had it, is a TYPE. */
  readonly name: string;
  readonly values: readonly string[];
  /** As written. */
  readonly text: string;
}

/** One property as it was written and what it says. Servers change the case of names and groups, so both are folded. */
export interface Line {
  readonly kind: "line";
  /** With its folds, without the last line break. What nobody changes is written back like this. */
  readonly raw: string;
  /** Name with group as written, "item1.TEL". */
  readonly label: string;
  /** Upper case. */
  readonly name: string;
  /** Lower case. */
  readonly group?: string;
  readonly params: readonly Param[];
  /** Unfolded, still escaped. */
  readonly value: string;
}

/** A longer one is somebody's `data:` address, not one of those whose values are asked for. */
const LONGEST_PARAM = 16 * 1024;

export function parseLine(raw: string): Line {
  const text = unfold(raw);
  const label = /^[^;:]*/.exec(text)?.[0] ?? "";
  const params: Param[] = [];
  let at = label.length;
  while (text[at] === ";") {
    const end = paramEnd(text, at + 1);
    params.push(parseParam(text.slice(at + 1, end)));
    at = end;
  }
  const dot = label.lastIndexOf(".");
  const group = dot < 0 ? undefined : label.slice(0, dot).toLowerCase();
  return {
    kind: "line",
    raw,
    label,
    name: label.slice(dot + 1).toUpperCase(),
    ...(group !== undefined && { group }),
    params,
    value: text.slice(at + 1),
  };
}

/** `params` as written, "TYPE=HOME"; `value` already escaped. */
export function makeLine(
  label: string,
  value: string,
  params: readonly string[] = [],
): Line {
  const head = [label, ...params].join(";");
  return parseLine(fold(`${head}:${value}`));
}

/** The same property with another value. Parameters that describe only the old value are dropped by name. */
export function withValue(
  line: Line,
  value: string,
  dropped: readonly string[] = [],
  added: readonly string[] = [],
): Line {
  // What vCard 2.1 wrapped the old text in does not hold for the new one.
  const gone = new Set([...dropped, "ENCODING", "CHARSET"]);
  const kept = line.params
    .filter(({ name }) => !gone.has(name))
    .map(({ text }) => text);
  return makeLine(line.label, value, [...kept, ...added]);
}

export function paramOf(line: Line, name: string): string | undefined {
  return line.params.find((param) => param.name === name)?.values[0];
}

/** TYPE in all its spellings (`TYPE=HOME,FAX`, `TYPE="home,fax"`, `TYPE=HOME;TYPE=FAX`, `HOME;FAX`), upper case. */
export function typesOf(line: Line): ReadonlySet<string> {
  const known = TYPES.get(line);
  if (known) return known;
  const types = new Set(
    line.params
      .filter(({ name }) => name === "TYPE")
      .flatMap(({ values }) => values)
      .flatMap((value) => value.split(","))
      .map((type) => type.trim().toUpperCase()),
  );
  TYPES.set(line, types);
  return types;
}

/** Every field that a property may be asks for them: split anew each time they took a tenth of the time in which changed cards came in. */
const TYPES = new WeakMap<Line, ReadonlySet<string>>();

/** Without a TYPE but PREF and these, and in no group, where a label of the user's own would stand (`item1.X-ABLABEL`). */
export function isUnlabelled(line: Line, ...but: readonly string[]): boolean {
  return (
    line.group === undefined &&
    [...typesOf(line)].every((type) => type === "PREF" || but.includes(type))
  );
}

/** The same property without one of its TYPEs (upper case), in whatever spelling it has it. */
export function withoutType(line: Line, type: string): Line {
  const params = line.params.flatMap(({ name, values, text }) => {
    const types = values.flatMap((value) => value.split(","));
    const kept = types.filter((each) => each.trim().toUpperCase() !== type);
    if (name !== "TYPE" || kept.length === types.length) return [text];
    return kept.length === 0 ? [] : [`TYPE=${kept.join(",")}`];
  });
  return makeLine(line.label, line.value, params);
}

const [QUOTE, COLON, SEMICOLON] = [34, 58, 59];

/** RFC 5545 3.1: a parameter's value may be quoted, and then holds colons and semicolons. */
function paramEnd(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === COLON || code === SEMICOLON) return at;
    if (code !== QUOTE) continue;
    const closing = text.indexOf('"', at + 1);
    if (closing < 0) return at;
    at = closing;
  }
  return text.length;
}

function parseParam(text: string): Param {
  if (text.length > LONGEST_PARAM) return { name: "", values: [], text };
  const equals = text.indexOf("=");
  const name = equals < 0 ? "TYPE" : text.slice(0, equals).toUpperCase();
  const values = text
    .slice(equals + 1)
    .match(/"[^"]*"|[^,]+/g)
    ?.map((value) => value.replace(/^"(.*)"$/s, "$1"));
  return { name, values: values ?? [], text };
}
