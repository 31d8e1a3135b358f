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
 * The first component of a text, or undefined if it is none. Lines are kept as they are: parsing a card or an event
 * into values and writing it from these loses what no parser foresaw (escapes, value types, the order of parameters),
 * and what others put there is not ours to change.
 */
export function parseComponent(text: string): Component | undefined {
  const lines = text
    .replace(/^\uFEFF/, "")
    .match(/[^\r\n]+(?:\r?\n[ \t][^\r\n]*)*/g);
  const open: { name: string; nodes: (Line | Component)[] }[] = [];
  for (const raw of lines ?? []) {
    const line = parseLine(raw);
    const top = open.at(-1);
    if (line.name === "BEGIN") {
      open.push({ name: line.value.trim().toUpperCase(), nodes: [] });
    } else if (line.name === "END" && top !== undefined) {
      if (line.value.trim().toUpperCase() !== top.name) return undefined;
      open.pop();
      const closed: Component = { kind: "component", ...top };
      const parent = open.at(-1);
      if (parent === undefined) return closed;
      parent.nodes.push(closed);
    } else {
      top?.nodes.push(line);
    }
  }
  return undefined;
}

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
  const emptied = new Set(
    lines
      .map(({ group }) => group)
      .filter(
        (group) =>
          group !== undefined &&
          !rest.some(
            (node) =>
              node.kind === "line" && node.group === group && !isLabel(node),
          ),
      ),
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
