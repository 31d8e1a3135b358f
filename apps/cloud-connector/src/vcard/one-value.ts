import { tidy } from "@ams-sync/sync-core";
import type { ContactField } from "@ams-sync/sync-core";
import {
  addLine,
  linesOf,
  makeLine,
  paramOf,
  removeLines,
  replaceNode,
  withValue,
} from "../content-lines/index.js";
import type { Component, Line } from "../content-lines/index.js";
import type { Card, Changes, FieldMapping } from "./card.js";

export interface OneValue {
  readonly field: ContactField;
  readonly property: string;
  /** Which of the properties of that name can be this field. */
  readonly fits?: (line: Line) => boolean;
  /** Lines without a label that are this field's all the same: where nothing fits, or as they say what is known. */
  readonly unlabelled?: (line: Line, card: Card) => boolean;
  /** Lines with a label that no field is known by: this field's while they alone say exactly what is known. */
  readonly otherwise?: (line: Line) => boolean;
  /** Where the property serves another field as well, that stays: what it is once it serves only that one. */
  readonly apart?: (
    line: Line,
    card: Card,
    changes: Changes,
  ) => Line | undefined;
  /** Parameters of a new one. */
  readonly params?: (card: Card) => readonly string[];
  readonly encode: (text: string) => string;
  readonly decode: (line: Line) => string;
}

/** A field that is one property of its own. The others of its kind are kept as they are. */
export function oneValue(mapping: OneValue): FieldMapping {
  const { field, property, encode, decode } = mapping;
  // Reading, what is unclear and writing ask for the same.
  const found = new WeakMap<Card, readonly Line[]>();
  const candidatesIn = (card: Card): readonly Line[] => {
    const before = found.get(card);
    if (before) return before;
    const candidates = candidatesOf(card);
    found.set(card, candidates);
    return candidates;
  };
  const candidatesOf = (card: Card): readonly Line[] => {
    const all = linesOf(card.component, property);
    const labelled = all.filter((line) => mapping.fits?.(line) ?? true);
    const bare = all.filter(
      (line) =>
        !labelled.includes(line) && mapping.unlabelled?.(line, card) === true,
    );
    const isKnown = (line: Line) => tidy(decode(line)) === card.known[field];
    // Ours stays ours when somebody adds one with the label.
    const usual =
      labelled.length === 0 ? bare : [...labelled, ...bare.filter(isKnown)];
    if (usual.some(isKnown)) return usual;
    // Another label makes it no other number: phones offer "main", "other" and the user's own words.
    const relabelled = all.filter(
      (line) => mapping.otherwise?.(line) === true && isKnown(line),
    );
    return [...usual, ...relabelled];
  };
  const ours = (card: Card): Line | undefined => {
    const candidates = candidatesIn(card);
    const known = card.known[field];
    if (known === undefined || candidates.length < 2) return candidates[0];
    return oneLike(known, candidates, (line) => tidy(decode(line)));
  };
  // All that say it, with and without the label: else what is left would be a new value once ours is emptied.
  const alike = (card: Card, line: Line): readonly Line[] =>
    candidatesIn(card).filter(
      (one) => tidy(decode(one)) === tidy(decode(line)),
    );
  const emptied = (card: Card, line: Line, changes: Changes): Component =>
    alike(card, line).reduce((component, one) => {
      const apart = mapping.apart?.(one, card, changes);
      return apart === undefined
        ? removeLines(component, [one])
        : replaceNode(component, one, apart);
    }, card.component);
  const says = (card: Card, text: string): boolean =>
    candidatesIn(card).some((one) => tidy(decode(one)) === tidy(text));
  return {
    fields: [field],
    read(card) {
      const line = ours(card);
      if (line !== undefined) return { [field]: decode(line) };
      // None of several is like ours: which of them took its place, if any did, nobody can tell.
      return candidatesIn(card).length === 0
        ? {}
        : { [field]: card.known[field] };
    },
    unclear: (card) =>
      ours(card) === undefined && candidatesIn(card).length > 0 ? [field] : [],
    write(card, changes) {
      const line = ours(card);
      const text = changes.get(field);
      if (text === undefined)
        return line === undefined
          ? card.component
          : emptied(card, line, changes);
      // One with another label is the user's own beside what says it already.
      const atHand = line !== undefined && mapping.otherwise?.(line) !== true;
      if (!atHand && says(card, text)) return card.component;
      const apart = line && mapping.apart?.(line, card, changes);
      if (line === undefined || apart !== undefined) {
        const others =
          line && apart
            ? replaceNode(card.component, line, apart)
            : card.component;
        const params = mapping.params?.(card) ?? [];
        return addLine(others, makeLine(property, encode(text), params));
      }
      return alike(card, line)
        .filter((one) => mapping.apart?.(one, card, changes) === undefined)
        .reduce(
          (component, one) =>
            replaceNode(component, one, revalued(one, encode(text))),
          card.component,
        );
    },
  };
}

/** The one that says this, else the only one of which at least half is as it was. */
function oneLike(
  known: string,
  lines: readonly Line[],
  textOf: (line: Line) => string,
): Line | undefined {
  const exact = lines.find((line) => textOf(line) === known);
  const [like, ...others] = lines.filter(
    (line) => 2 * common(textOf(line), known) >= known.length,
  );
  return exact ?? (others.length === 0 ? like : undefined);
}

/** How many characters two texts share at the beginning and at the end. */
function common(a: string, b: string): number {
  const most = Math.min(a.length, b.length);
  let front = 0;
  while (front < most && a[front] === b[front]) front += 1;
  let back = 0;
  while (back < most - front && a.at(-1 - back) === b.at(-1 - back)) back += 1;
  return front + back;
}

/** A number that stood there as a `tel:` URI (RFC 6350 6.4.1) is one no longer: ams has numbers as people type them. */
function revalued(line: Line, value: string): Line {
  return line.name === "TEL" && paramOf(line, "VALUE") !== undefined
    ? withValue(line, value, ["VALUE"], ["VALUE=text"])
    : withValue(line, value);
}
