import { parseLine } from "./line.js";
import type { Line } from "./line.js";

/** A BEGIN … END block: its properties and the blocks in it, in the order of the text. Never changed in place. */
export interface Component {
  readonly kind: "component";
  /** Upper case. */
  readonly name: string;
  readonly nodes: readonly (Line | Component)[];
}

/**
 * What one item may cost. Real ones have dozens of lines, an event with a thousand guests has a thousand; a server that
 * sends a million empty properties must not fill the memory with what we make of each.
 */
const LIMITS = { lines: 10_000, params: 50_000, depth: 16 } as const;

/** No item holds NUL, and U+FDD0 stands for bytes that were no UTF-8: written back, the item would lose them. */
const isDamaged = (text: string): boolean =>
  text.includes("\0") || text.includes("\uFDD0");

/**
 * The one component that a text is, or undefined: it is none, it is damaged or cut short, holds more than that one, or
 * more than any real item does. Lines are kept as they are: parsing a card or an event into values and writing it from
 * these loses what no parser foresaw (escapes, value types, the order of parameters), and what others put there is not
 * ours to change.
 */
export function parseComponent(text: string): Component | undefined {
  if (isDamaged(text)) return undefined;
  const open: { name: string; nodes: (Line | Component)[] }[] = [];
  let root: Component | undefined;
  let [lines, params] = [0, 0];
  for (const raw of logicalLines(text.replace(/^\uFEFF/, ""))) {
    const top = open.at(-1);
    if (top === undefined && raw.trim() === "") continue;
    if (root !== undefined) return undefined;
    const line = parseLine(raw);
    lines += 1;
    params += line.params.length;
    if (lines > LIMITS.lines || params > LIMITS.params) return undefined;
    if (line.name === "BEGIN") {
      if (open.length === LIMITS.depth) return undefined;
      open.push({ name: line.value.trim().toUpperCase(), nodes: [] });
    } else if (top === undefined) {
      return undefined;
    } else if (line.name === "END") {
      if (line.value.trim().toUpperCase() !== top.name) return undefined;
      open.pop();
      const closed: Component = { kind: "component", ...top };
      const parent = open.at(-1);
      if (parent === undefined) root = closed;
      else parent.nodes.push(closed);
    } else {
      top.nodes.push(line);
    }
  }
  return root;
}

const [LF, CR, BLANK, TAB] = [10, 13, 32, 9];

/** RFC 5545 3.1: a line break and a blank go on with the line. Each with its folds, without its last line break. */
function* logicalLines(text: string): Generator<string, void> {
  let from = -1;
  let to = 0;
  for (let at = 0; at < text.length;) {
    const first = text.charCodeAt(at);
    if (first === LF || first === CR) {
      at += 1;
      continue;
    }
    const folded = (first === BLANK || first === TAB) && oneBreak(text, to, at);
    if (from < 0 || !folded) {
      if (from >= 0) yield text.slice(from, to);
      from = at;
    }
    for (let code = first; code !== LF && code !== CR && at < text.length;)
      code = text.charCodeAt(++at);
    to = at;
  }
  if (from >= 0) yield text.slice(from, to);
}

const oneBreak = (text: string, from: number, to: number): boolean =>
  text.charCodeAt(to - 1) === LF &&
  (to - from === 1 || (to - from === 2 && text.charCodeAt(from) === CR));

export function componentText(component: Component): string {
  return `${physicalLines(component).join("\r\n")}\r\n`;
}

function physicalLines(component: Component): string[] {
  return [
    `BEGIN:${component.name}`,
    ...component.nodes.flatMap((node) =>
      node.kind === "line"
        ? [node.raw.replace(/\r?\n/g, "\r\n")]
        : physicalLines(node),
    ),
    `END:${component.name}`,
  ];
}

export function linesOf(
  component: Component,
  ...names: readonly string[]
): Line[] {
  return component.nodes.filter(
    (node): node is Line => node.kind === "line" && names.includes(node.name),
  );
}

export const firstLine = (
  component: Component,
  name: string,
): Line | undefined => linesOf(component, name)[0];

export function componentsOf(component: Component, name: string): Component[] {
  return component.nodes.filter(
    (node): node is Component =>
      node.kind === "component" && node.name === name,
  );
}

/** Puts `next` where `old` is. */
export function replaceNode(
  component: Component,
  old: Line | Component,
  next: Line | Component,
): Component {
  return {
    ...component,
    nodes: component.nodes.map((node) => (node === old ? next : node)),
  };
}

/** After the last property and before the first inner block: RFC 5545 3.6 has properties first. */
export function addLine(component: Component, line: Line): Component {
  const { nodes } = component;
  const inner = nodes.findIndex((node) => node.kind === "component");
  const at = inner < 0 ? nodes.length : inner;
  return {
    ...component,
    nodes: [...nodes.slice(0, at), line, ...nodes.slice(at)],
  };
}

/** Takes out lines, and with each the labels that Apple hangs on its group (`item1.X-ABLabel`). */
export function removeLines(
  component: Component,
  lines: readonly Line[],
): Component {
  const removed = new Set<Line | Component>(lines);
  const rest = component.nodes.filter((node) => !removed.has(node));
  const inUse = new Set(
    rest.map((node) =>
      node.kind === "line" && !isLabel(node) ? node.group : undefined,
    ),
  );
  const emptied = new Set(
    lines.map(({ group }) => group).filter((group) => !inUse.has(group)),
  );
  return {
    ...component,
    nodes: rest.filter(
      (node) =>
        node.kind === "component" ||
        !emptied.has(node.group) ||
        node.group === undefined ||
        !isLabel(node),
    ),
  };
}

const isLabel = (line: Line): boolean => line.name.startsWith("X-AB");

/** Replaces `old`, or adds `next` where there was none. */
export function putLine(
  component: Component,
  old: Line | undefined,
  next: Line,
): Component {
  return old === undefined
    ? addLine(component, next)
    : replaceNode(component, old, next);
}
