import { givenNames, tidy } from "@ams-sync/sync-core";
import type { Fields } from "@ams-sync/sync-core";
import {
  escapeText,
  firstLine,
  linesOf,
  makeLine,
  partAt,
  putLine,
  removeLines,
  splitParts,
  unescapeText,
  withPart,
  withValue,
} from "../content-lines/index.js";
import type { Component, Line } from "../content-lines/index.js";
import type { Card, Changes, FieldMapping } from "./card.js";

// RFC 6350 6.2.2: family; given; additional; prefixes; suffixes.
const FAMILY = 0;
const GIVEN = 1;
const ADDITIONAL = 2;
const N_PARTS = 5;

/** Apple shows a card under its company, and sorts it so, only with this; others ignore it and keep it. */
const SHOW_AS = "X-ABSHOWAS";

/**
 * What a card looks like that no record is known of. People mark cards as they like, so where one is known, its type
 * counts and not this. Our own commercial ones have an empty N, which tells it where the mark got lost. Without any N,
 * which RFC 6350 6.2.2 allows, the company of a card that shows another name is where somebody works.
 */
export function typeOf(component: Component): Card["type"] {
  const kind = textOf(component, "KIND").toLowerCase();
  if (kind === "org" || textOf(component, SHOW_AS).toUpperCase() === "COMPANY")
    return "commercial";
  if (kind === "individual") return "private";
  const company = companyOf(component);
  if (company === "" || personOf(component) !== "") return "private";
  const shown = textOf(component, "FN");
  return firstLine(component, "N") || shown === "" || shown.includes(company)
    ? "commercial"
    : "private";
}

/** Private: N. Commercial: ORG. FN, which every card must have, follows. */
export const name: FieldMapping = {
  fields: ["firstName", "lastName", "name"],
  read(card) {
    return card.type === "private" ? readPerson(card) : readCompany(card);
  },
  unclear: (card) =>
    card.type === "commercial" && showsPerson(card) ? ["name"] : [],
  write(card, changes) {
    const { component, type } = card;
    const before = displayName(component, type) || shownName(card);
    let next = component;
    if (changes.has("lastName") || changes.has("firstName"))
      next = writePerson(card, changes);
    if (changes.has("name")) next = writeCompany(next, changes.get("name"));
    return writeDisplayName(next, type, before);
  },
};

function readPerson({ component, known }: Card): Fields {
  const n = firstLine(component, "N")?.value ?? "";
  const [lastName, firstName] = [partAt(n, FAMILY), partAt(n, GIVEN)];
  // A card from a system that knows no parts of a name.
  if (tidy(lastName + firstName) === "")
    return partsOf(textOf(component, "FN"), known);
  const further = partAt(n, ADDITIONAL);
  return { lastName, firstName: givenNames(firstName, further, known) };
}

/** Where the one name or the other is as it was, the rest is the other one. */
function partsOf(
  shown: string,
  { firstName, lastName }: Fields<"firstName" | "lastName">,
): Fields {
  if (firstName !== undefined && shown.startsWith(`${firstName} `))
    return { firstName, lastName: shown.slice(firstName.length + 1) };
  if (lastName !== undefined && shown.endsWith(` ${lastName}`))
    return { firstName: shown.slice(0, -lastName.length - 1), lastName };
  return { lastName: shown };
}

/** Of a person whose card has no parts of a name. */
function shownName(card: Card): string {
  if (card.type === "commercial") return "";
  const { firstName, lastName } = readPerson(card);
  return words(firstName, lastName);
}

function readCompany(card: Card): Fields {
  const { component, known } = card;
  if (showsPerson(card)) return { name: known["name"] };
  return { name: companyOf(component) || textOf(component, "FN") };
}

/** The company was taken off a card that has the name of somebody who works there: that is no new name of the company. */
const showsPerson = ({ component, known }: Card): boolean =>
  known["name"] !== undefined &&
  known["name"] !== textOf(component, "FN") &&
  companyOf(component) === "" &&
  personOf(component) !== "";

function writePerson(card: Card, changes: Changes): Component {
  const { component } = card;
  const line = firstLine(component, "N");
  const there = readPerson(card);
  const unparted = personOf(component) === "";
  let value = line?.value ?? "";
  for (const [field, part] of [
    ["lastName", FAMILY],
    ["firstName", GIVEN],
  ] as const) {
    // Once there is an N, it is what counts, and not FN any more.
    const known = there[field] === card.known[field] ? there[field] : undefined;
    const text = changes.has(field) ? changes.get(field) : known;
    if (changes.has(field) || unparted)
      value = withPart(value, part, text ?? "", N_PARTS);
  }
  if (changes.has("firstName"))
    value = withoutRepeated(value, there["firstName"]);
  const next =
    line === undefined ? makeLine("N", value) : withValue(line, value);
  return putLine(component, line, next);
}

/** A further given name that was read as part of the first name, or is in the new one, would stand there twice. */
function withoutRepeated(n: string, before: string | undefined): string {
  const [given, additional] = [partAt(n, GIVEN), tidy(partAt(n, ADDITIONAL))];
  const ends = (text = "") => ` ${text}`.endsWith(` ${additional}`);
  return additional !== "" && (ends(given) || ends(before))
    ? withPart(n, ADDITIONAL, "", N_PARTS)
    : n;
}

function writeCompany(
  component: Component,
  company: string | undefined,
): Component {
  const line = firstLine(component, "ORG");
  const mark = linesOf(component, SHOW_AS);
  if (company === undefined) return withoutCompany(component, line, mark);
  // The parts after the first are departments and not ours.
  const value = withPart(line?.value ?? "", 0, company, 1);
  const next =
    line === undefined ? makeLine("ORG", value) : withValue(line, value);
  const named = putLine(component, line, next);
  // Whoever put a person's name to the company and took the mark off wants to see the person.
  return personOf(component) === ""
    ? putLine(named, mark[0], makeLine("X-ABShowAs", "COMPANY"))
    : named;
}

function withoutCompany(
  component: Component,
  line: Line | undefined,
  mark: readonly Line[],
): Component {
  const unmarked = removeLines(component, mark);
  if (line === undefined) return unmarked;
  const departments = withPart(line.value, 0, "", 1);
  return /^;*$/.test(departments)
    ? removeLines(unmarked, [line])
    : putLine(unmarked, line, withValue(line, departments));
}

/**
 * A display name that somebody chose ("Dr. Max Muster (Gartenweg)") keeps what is around the name; one that has
 * nothing of the old name is made anew from all parts of N, unless it is the name that the card has besides (a person's
 * company). It never becomes empty.
 */
function writeDisplayName(
  component: Component,
  type: Card["type"],
  before: string,
): Component {
  const after = displayName(component, type);
  const line = firstLine(component, "FN");
  const current = line === undefined ? "" : unescapeText(line.value);
  if (after === "" || (after === before && line !== undefined))
    return component;
  const follows = before !== "" && current.includes(before);
  const besides = displayName(
    component,
    type === "private" ? "commercial" : "private",
  );
  if (!follows && besides !== "" && tidy(current) === besides) return component;
  const value = escapeText(
    follows ? current.replace(before, () => after) : fullName(component, type),
  );
  const next =
    line === undefined ? makeLine("FN", value) : withValue(line, value);
  return putLine(component, line, next);
}

function displayName(component: Component, type: Card["type"]): string {
  return type === "commercial" ? companyOf(component) : personOf(component);
}

function personOf(component: Component): string {
  const n = firstLine(component, "N")?.value ?? "";
  return words(partAt(n, GIVEN), partAt(n, FAMILY));
}

function fullName(component: Component, type: Card["type"]): string {
  if (type === "commercial") return companyOf(component);
  const n = firstLine(component, "N")?.value ?? "";
  const [family, given, additional, prefix, suffix] =
    splitParts(n).map(unescapeText);
  return words(prefix, given, additional, family, suffix);
}

const words = (...parts: readonly (string | undefined)[]): string =>
  parts
    .map((part) => tidy(part ?? ""))
    .filter((part) => part !== "")
    .join(" ");

const companyOf = (component: Component): string =>
  tidy(partAt(firstLine(component, "ORG")?.value ?? "", 0));

const textOf = (component: Component, property: string): string =>
  tidy(unescapeText(firstLine(component, property)?.value ?? ""));
