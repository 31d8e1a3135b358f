import { tidy } from "@ams-sync/sync-core";
import {
  escapeText,
  escapeUri,
  isUnlabelled,
  linesOf,
  typesOf,
  unescapeText,
  withoutType,
} from "../content-lines/index.js";
import type { Line } from "../content-lines/index.js";
import type { Card, Changes, FieldMapping } from "./card.js";
import { oneValue } from "./one-value.js";

type Types = ReadonlySet<string>;

const isVoice = (types: Types): boolean =>
  !types.has("FAX") && !types.has("CELL") && !types.has("PAGER");

const hasNoLabel = (line: Line): boolean => isUnlabelled(line, "VOICE");

const PHONES = ["phonePrivate", "phoneBusiness", "mobile"] as const;
const NUMBERS = [...PHONES, "fax"] as const;
type NumberField = (typeof NUMBERS)[number];

const LABELLED: {
  readonly [field in NumberField]: (types: Types) => boolean;
} = {
  phonePrivate: (types) => types.has("HOME") && isVoice(types),
  phoneBusiness: (types) => types.has("WORK") && isVoice(types),
  mobile: (types) => types.has("CELL") && !types.has("FAX"),
  fax: (types) => types.has("FAX"),
};

/** "MAIN", "OTHER", "PAGER", or the user's own word (`item1.X-ABLabel`). */
const hasOtherLabel = (line: Line): boolean =>
  !hasNoLabel(line) &&
  NUMBERS.every((field) => !LABELLED[field](typesOf(line)));

/**
 * A number without a label may be that of the telephone and of the mobile, where ams has the same twice; one with
 * another label that of any. While it is all that says the other one, it stays as it is: else that one would come into
 * ams as changed or emptied.
 */
const heldByAnother = (
  field: NumberField,
  line: Line,
  { component, known }: Card,
  changes: Changes,
): boolean => {
  const text = tidy(number(line));
  const holders = NUMBERS.filter((name) => known[name] === text);
  const others = hasOtherLabel(line)
    ? holders
    : !hasNoLabel(line)
      ? []
      : field === "mobile"
        ? holders.slice(0, 1)
        : holders.filter((name) => name === "mobile");
  return others.some(
    (other) =>
      other !== field &&
      !changes.has(other) &&
      !linesOf(component, "TEL").some(
        (one) => LABELLED[other](typesOf(one)) && tidy(number(one)) === text,
      ),
  );
};

const phone = (
  field: "phonePrivate" | "phoneBusiness",
  place: "HOME" | "WORK",
): FieldMapping =>
  oneValue({
    field,
    property: "TEL",
    fits: (line) => LABELLED[field](typesOf(line)),
    // iOS, Google and many servers have numbers without a label, or with VOICE only.
    unlabelled: (line, { type, known }) => {
      const text = tidy(number(line));
      if (!hasNoLabel(line)) return false;
      const its = PHONES.find((name) => known[name] === text);
      const usual = type === "private" ? "phonePrivate" : "phoneBusiness";
      return field === (its ?? usual);
    },
    otherwise: hasOtherLabel,
    // One line may be the number at home and at work.
    apart: (line, card, changes) =>
      heldByAnother(field, line, card, changes)
        ? line
        : typesOf(line).has(place === "HOME" ? "WORK" : "HOME")
          ? withoutType(line, place)
          : undefined,
    params: () => [`TYPE=${place},VOICE`],
    encode: escapeText,
    decode: number,
  });

export const phonePrivate = phone("phonePrivate", "HOME");

export const phoneBusiness = phone("phoneBusiness", "WORK");

export const mobile = oneValue({
  field: "mobile",
  property: "TEL",
  fits: (line) => LABELLED.mobile(typesOf(line)),
  unlabelled: (line, { known }) =>
    hasNoLabel(line) && known["mobile"] === tidy(number(line)),
  otherwise: hasOtherLabel,
  apart: (line, card, changes) =>
    heldByAnother("mobile", line, card, changes) ? line : undefined,
  params: () => ["TYPE=CELL"],
  encode: escapeText,
  decode: number,
});

/** ams has one fax; phones know a fax at home and one at work, and no other. Either is read. */
export const fax = oneValue({
  field: "fax",
  property: "TEL",
  fits: (line) => LABELLED.fax(typesOf(line)),
  otherwise: hasOtherLabel,
  apart: (line, card, changes) =>
    heldByAnother("fax", line, card, changes) ? line : undefined,
  params: ({ type }) => [`TYPE=${type === "private" ? "HOME" : "WORK"},FAX`],
  encode: escapeText,
  decode: number,
});

export const email = oneValue({
  field: "email",
  property: "EMAIL",
  // RFC 2426 3.3.2; RFC 6350 has no such type.
  params: ({ version }) => (version === "3.0" ? ["TYPE=INTERNET"] : []),
  encode: escapeText,
  decode: text,
});

export const webPage = oneValue({
  field: "webPage",
  property: "URL",
  encode: escapeUri,
  decode: text,
});

/** TITLE and not ROLE: it is what phones show and edit below the name. */
export const profession = oneValue({
  field: "profession",
  property: "TITLE",
  encode: escapeText,
  decode: text,
});

function text(line: Line): string {
  return unescapeText(line.value);
}

/** RFC 6350 6.4.1 has numbers as `tel:` URIs as well. */
function number(line: Line): string {
  return text(line).replace(/^tel:/i, "");
}
