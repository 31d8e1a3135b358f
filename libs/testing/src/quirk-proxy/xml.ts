import { XMLBuilder, XMLParser } from "fast-xml-parser";
import type { Reply } from "./exchange.js";

/** fast-xml-parser's ordered form: one key is the element's name, ":@" its attributes. */
export type Element = Record<string, unknown>;

// Nothing is interpreted: what a quirk does not change comes out as it went in, but for empty elements.
const options = {
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: "@",
  processEntities: false,
  suppressEmptyNode: true,
} as const;
const parser = new XMLParser({
  ...options,
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  maxNestedTags: 50,
});
const builder = new XMLBuilder(options);

export const parseXml = (text: string): Element[] =>
  parser.parse(text) as Element[];
export const buildXml = (tree: readonly Element[]): string =>
  builder.build(tree) as string;

const nameOf = (element: Element): string =>
  Object.keys(element).find((key) => key !== ":@") ?? "";

/** Without its prefix; "#text" for text. */
export const localName = (element: Element): string =>
  nameOf(element).replace(/^.*:/, "");

export function children(element: Element): Element[] {
  const inside = element[nameOf(element)];
  return Array.isArray(inside) ? (inside as Element[]) : [];
}

export function setChildren(element: Element, inside: Element[]): void {
  element[nameOf(element)] = inside;
}

export function attribute(element: Element, name: string): string | undefined {
  const attributes = element[":@"] as Record<string, string> | undefined;
  return attributes?.[`@${name}`];
}

export function setAttribute(
  element: Element,
  name: string,
  value: string,
): void {
  const attributes = (element[":@"] ?? {}) as Record<string, string>;
  element[":@"] = { ...attributes, [`@${name}`]: value };
}

/** All elements of that local name, at any depth. */
export function named(tree: readonly Element[], name: string): Element[] {
  return tree.flatMap((element) => [
    ...(localName(element) === name ? [element] : []),
    ...named(children(element), name),
  ]);
}

/** Removes all elements for which `gone` holds, at any depth. */
export function prune(
  tree: readonly Element[],
  gone: (element: Element) => boolean,
): Element[] {
  return tree
    .filter((element) => !gone(element))
    .map((element) => {
      if (children(element).length > 0)
        setChildren(element, prune(children(element), gone));
      return element;
    });
}

/** Text as it reads, without its entities. */
export const textOf = (element: Element): string =>
  unescape(
    children(element)
      .map((child) => child["#text"])
      .filter((text) => typeof text === "string")
      .join(""),
  );

export function setText(element: Element, text: string): void {
  setChildren(element, [{ "#text": escapeXml(text) }]);
}

export const escapeXml = (text: string): string =>
  text
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    // Else a parser would make one line break of two characters.
    .replace(/\r/g, "&#13;");

const ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
};
const unescape = (text: string): string =>
  text.replace(/&(#x[\da-f]+|#\d+|\w+);/gi, (whole, code: string) =>
    code.startsWith("#")
      ? String.fromCodePoint(
          /^#x/i.test(code)
            ? parseInt(code.slice(2), 16)
            : Number(code.slice(1)),
        )
      : (ENTITIES[code] ?? whole),
  );

export const isXml = ({ headers }: Pick<Reply, "headers">): boolean =>
  /[/+]xml\b/i.test(String(headers["content-type"] ?? ""));

/** The reply with its XML changed, if it is a multistatus; otherwise the reply. */
export function inMultistatus(
  reply: Reply,
  change: (tree: Element[]) => Element[] | void,
): Reply {
  if (reply.status !== 207 || !isXml(reply)) return reply;
  const tree = parseXml(reply.body.toString("utf8"));
  return { ...reply, body: Buffer.from(buildXml(change(tree) ?? tree)) };
}
