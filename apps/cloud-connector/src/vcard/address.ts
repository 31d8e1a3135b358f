import type { ContactField } from "@ams-sync/sync-core";
import {
  addLine,
  isUnlabelled,
  linesOf,
  makeLine,
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
import {
  PARTS,
  candidatesIn,
  knownParts,
  ownAddress,
  partsOf,
  placeOf,
  sameParts,
} from "./own-address.js";

const ADR_PARTS = 7;

/** ADR, at home for people and at work for companies; an address of the other kind is the user's own. */
export const address: FieldMapping = {
  fields: PARTS.map(([field]) => field),
  read(card) {
    const line = ownAddress(card);
    if (line !== undefined) return partsOf(line);
    // None of several is like ours: which of them took its place, if any did, nobody can tell.
    return isUnclear(card) ? knownParts(card) : {};
  },
  unclear: (card) =>
    isUnclear(card) ? (Object.keys(knownParts(card)) as ContactField[]) : [],
  write(card, changes) {
    const line = ownAddress(card);
    if (line === undefined) return beside(card, changes);
    const none = PARTS.every(
      ([field]) =>
        (changes.has(field)
          ? (changes.get(field) ?? "")
          : (partsOf(line)[field] ?? "")) === "",
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

const isUnclear = (card: Card): boolean =>
  ownAddress(card) === undefined && candidatesIn(card).length > 0;

/** None there is ours: a whole one of its own, unless one of those that may be says the same. */
function beside(card: Card, changes: Changes): Component {
  const known = isUnclear(card) ? knownParts(card) : {};
  const start = PARTS.reduce(
    (value, [field, part]) =>
      withPart(value, part, known[field] ?? "", ADR_PARTS),
    "",
  );
  const made = makeOwn(card, changed(start, changes));
  const said = candidatesIn(card).some((one) =>
    sameParts(partsOf(one), partsOf(made)),
  );
  return said || isEmpty(made) ? card.component : addLine(card.component, made);
}

function put(card: Card, line: Line, changes: Changes): Component {
  const value = changed(line.value, changes);
  const others = elsewhere(line, card);
  if (others !== undefined) {
    const made = makeOwn(card, value);
    const rest = replaceNode(card.component, line, others);
    return isEmpty(made) ? rest : addLine(rest, made);
  }
  return splitParts(value).every((part) => part.trim() === "")
    ? removeLines(card.component, [line])
    : putLine(card.component, line, withValue(line, value));
}

const changed = (before: string, changes: Changes): string =>
  PARTS.filter(([field]) => changes.has(field)).reduce(
    (value, [field, part]) =>
      withPart(value, part, changes.get(field) ?? "", ADR_PARTS),
    before,
  );

const makeOwn = (card: Card, value: string): Line =>
  makeLine("ADR", value, [`TYPE=${placeOf(card)}`]);

const isEmpty = (line: Line): boolean => sameParts(partsOf(line), {});

/** Other lines with and without the label that say the same. */
const sameAs = (line: Line, card: Card): readonly Line[] =>
  linesOf(card.component, "ADR").filter(
    (one) =>
      one !== line &&
      (typesOf(one).has(placeOf(card)) || isUnlabelled(one)) &&
      sameParts(partsOf(one), partsOf(line)),
  );

/**
 * One line may be the address at home and at work, or at work alone where it says the private one: what stays of it for
 * the other place.
 */
function elsewhere(line: Line, card: Card): Line | undefined {
  const types = typesOf(line);
  if (!types.has(card.type === "private" ? "WORK" : "HOME")) return undefined;
  return types.has(placeOf(card)) ? withoutType(line, placeOf(card)) : line;
}
