import { tidy } from "@ams-sync/sync-core";
import type { ContactField } from "@ams-sync/sync-core";
import {
  addLine,
  isUnlabelled,
  linesOf,
  makeLine,
  partAt,
  putLine,
  removeLines,
  replaceNode,
  splitParts,
  typesOf,
  withPart,
  withValue,
  withoutType,
} from "../content-lines/index.js";
import type { Component, Line } from "../content-lines/index.js";
import type { Card, Changes, FieldMapping } from "./card.js";

// RFC 6350 6.3.1: box; extended; street; locality; region; code; country.
const PARTS: readonly (readonly [ContactField, number])[] = [
  ["street", 2],
  ["city", 3],
  ["postalCode", 5],
  ["country", 6],
];
const ADR_PARTS = 7;

/** ADR, at home for people and at work for companies; an address of the other kind is the user's own. */
export const address: FieldMapping = {
  fields: PARTS.map(([field]) => field),
  read(card) {
    const line = ours(card);
    return line === undefined ? {} : partsOf(line);
  },
  write(card, changes) {
    const line = ours(card);
    if (line === undefined) return put(card, line, changes);
    const none = PARTS.every(
      ([field]) =>
        (changes.has(field)
          ? (changes.get(field) ?? "")
          : tidy(partsOf(line)[field] ?? "")) === "",
    );
    // All that say it, with and without the label: else what is left would be a new address once ours is emptied.
    const others = sameAs(line, card).filter(
      (one) => none || elsewhere(one, card) === undefined,
    );
    return [line, ...others].reduce(
      (component, one) => put({ ...card, component }, one, changes),
      card.component,
    );
  },
};

function put(card: Card, line: Line | undefined, changes: Changes): Component {
  let value = line?.value ?? "";
  for (const [field, part] of PARTS) {
    if (changes.has(field))
      value = withPart(value, part, changes.get(field) ?? "", ADR_PARTS);
  }
  const made = makeLine("ADR", value, [`TYPE=${placeOf(card)}`]);
  const others = line && elsewhere(line, card);
  if (line === undefined || others !== undefined) {
    const rest =
      line && others
        ? replaceNode(card.component, line, others)
        : card.component;
    return isEmpty(made) ? rest : addLine(rest, made);
  }
  return splitParts(value).every((part) => part.trim() === "")
    ? removeLines(card.component, [line])
    : putLine(card.component, line, withValue(line, value));
}

const isEmpty = (line: Line): boolean =>
  Object.values(partsOf(line)).every((part) => part === "");

/** Other lines with and without the label that say the same. */
function sameAs(line: Line, card: Card): readonly Line[] {
  const said = partsOf(line);
  return linesOf(card.component, "ADR").filter(
    (one) =>
      one !== line &&
      (typesOf(one).has(placeOf(card)) || isUnlabelled(one)) &&
      PARTS.every(
        ([field]) =>
          tidy(partsOf(one)[field] ?? "") === tidy(said[field] ?? ""),
      ),
  );
}

/** One line may be the address at home and at work, of which only one is ours: the line as it is for the other. */
const elsewhere = (line: Line, card: Card): Line | undefined =>
  typesOf(line).has(card.type === "private" ? "WORK" : "HOME")
    ? withoutType(line, placeOf(card))
    : undefined;

/**
 * Of several the one that agrees most with what is known, of equal ones the first. Many systems have addresses without
 * a label: where none has ours, they are. Beside one that has it they are by what they say: more than half of what is
 * known, or else somebody who moves away would be given the neighbour's address.
 */
function ours(card: Card): Line | undefined {
  const all = linesOf(card.component, "ADR");
  const labelled = all.filter((line) => typesOf(line).has(placeOf(card)));
  const bare = all.filter((line) => isUnlabelled(line));
  const known = PARTS.filter(([field]) => card.known[field] !== undefined);
  const agreement = (line: Line) => {
    const parts = partsOf(line);
    return known.filter(
      ([field]) => tidy(parts[field] ?? "") === card.known[field],
    ).length;
  };
  const candidates =
    labelled.length === 0
      ? bare
      : [
          ...labelled,
          ...bare.filter((line) => 2 * agreement(line) > known.length),
        ];
  return candidates.reduce<Line | undefined>(
    (best, line) =>
      best !== undefined && agreement(best) >= agreement(line) ? best : line,
    undefined,
  );
}

const partsOf = (line: Line): { readonly [name in ContactField]?: string } =>
  Object.fromEntries(
    PARTS.map(([field, part]) => [field, partAt(line.value, part)]),
  );

const placeOf = (card: Card): string =>
  card.type === "private" ? "HOME" : "WORK";
