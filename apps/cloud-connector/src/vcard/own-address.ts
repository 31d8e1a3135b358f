import { tidy } from "@ams-sync/sync-core";
import type { ContactField } from "@ams-sync/sync-core";
import {
  isUnlabelled,
  linesOf,
  partAt,
  typesOf,
} from "../content-lines/index.js";
import type { Line } from "../content-lines/index.js";
import type { Card } from "./card.js";

/** RFC 6350 6.3.1: box; extended; street; locality; region; code; country. */
export const PARTS = [
  ["street", 2],
  ["city", 3],
  ["postalCode", 5],
  ["country", 6],
] as const satisfies readonly (readonly [ContactField, number])[];

export type Parts = { readonly [name in (typeof PARTS)[number][0]]?: string };

export const partsOf = (line: Line): Parts =>
  Object.fromEntries(
    PARTS.map(([field, part]) => [field, tidy(partAt(line.value, part))]),
  );

export const sameParts = (a: Parts, b: Parts): boolean =>
  PARTS.every(([field]) => (a[field] ?? "") === (b[field] ?? ""));

export const placeOf = (card: Card): string =>
  card.type === "private" ? "HOME" : "WORK";

/** What the address is believed to say. */
export const knownParts = ({ known }: Card): Parts =>
  Object.fromEntries(
    PARTS.flatMap(([field]) =>
      known[field] === undefined ? [] : [[field, known[field]]],
    ),
  );

/**
 * Those that may be the record's. Many systems have addresses without a label: where none has ours, they are. Beside one
 * that has it they are by what they say: more than half of what is known, or else somebody who moves away would be given
 * the neighbour's address. One with another label is where it alone says exactly what is known.
 */
export function candidatesIn(card: Card): readonly Line[] {
  const all = linesOf(card.component, "ADR");
  const labelled = all.filter((line) => typesOf(line).has(placeOf(card)));
  const bare = all.filter((line) => isUnlabelled(line));
  const usual =
    labelled.length === 0
      ? bare
      : [...labelled, ...bare.filter((line) => isLike(line, card))];
  const known = knownParts(card);
  if (Object.keys(known).length === 0) return usual;
  if (usual.some((line) => saysAll(line, card))) return usual;
  const relabelled = all.filter(
    (line) =>
      !labelled.includes(line) &&
      !bare.includes(line) &&
      sameParts(partsOf(line), known),
  );
  return [...usual, ...relabelled];
}

/**
 * The record's own: the one that says what is known, else the only one that says more than half of it, else the only
 * one. Where nothing is known, the first. Undefined where there is none, or several and none is like what is known.
 */
export function ownAddress(card: Card): Line | undefined {
  const candidates = candidatesIn(card);
  const nothing = Object.keys(knownParts(card)).length === 0;
  if (nothing || candidates.length < 2) return candidates[0];
  const exact = candidates.find((line) => saysAll(line, card));
  const [like, ...others] = candidates.filter((line) => isLike(line, card));
  return exact ?? (others.length === 0 ? like : undefined);
}

/** How many of the known parts it says, and of how many. */
function agreement(line: Line, card: Card): readonly [number, number] {
  const [parts, known] = [partsOf(line), Object.entries(knownParts(card))];
  const said = known.filter(([field, text]) => parts[field as never] === text);
  return [said.length, known.length];
}

function saysAll(line: Line, card: Card): boolean {
  const [said, all] = agreement(line, card);
  return said === all;
}

function isLike(line: Line, card: Card): boolean {
  const [said, all] = agreement(line, card);
  return 2 * said > all;
}
