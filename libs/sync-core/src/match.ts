import type { Appointment, Contact } from "./canonical.js";

/** What tells a person or a firm, in a form that can be compared. */
export interface MatchTraits {
  readonly type: Contact["type"];
  /** The parts of the name, folded, each once, in order of the alphabet; empty: nameless. */
  readonly name: readonly string[];
  readonly birthDate?: string;
  readonly emails: readonly string[];
  /** E.164 */
  readonly phones: readonly string[];
}

export interface Candidate {
  readonly id: string;
  readonly traits: MatchTraits;
}

export type Match =
  | { readonly verdict: "none" }
  | { readonly verdict: "one"; readonly id: string }
  /** More than one, or one whose name says that it is somebody else: for the user to decide. */
  | { readonly verdict: "several"; readonly candidates: readonly string[] };

/** Turns a telephone number as people write it into E.164; undefined where it is none. */
export type ToE164 = (
  text: string,
  country: string | undefined,
) => string | undefined;

const PHONES = ["phonePrivate", "phoneBusiness", "mobile"] as const;

export function matchTraits(contact: Contact, toE164: ToE164): MatchTraits {
  const { fields } = contact;
  const names = [fields.firstName, fields.lastName, fields.name];
  const phones = PHONES.flatMap((field) => {
    const text = fields[field];
    const number =
      text === undefined ? undefined : toE164(text, fields.country);
    return number === undefined ? [] : [number];
  });
  return {
    type: contact.type,
    name: nameParts(names.filter((name) => name !== undefined).join(" ")),
    ...(fields.birthDate !== undefined && { birthDate: fields.birthDate }),
    emails: fields.email === undefined ? [] : [foldEmail(fields.email)],
    phones: [...new Set(phones)],
  };
}

/**
 * R46: by e-mail, then name and birth date, then telephone. Couples share an e-mail address, families and firms a
 * telephone, father and son a name: who is somebody else by name or birth date is a question, as linking the two would
 * overwrite one with the other.
 */
export function match(
  item: MatchTraits,
  candidates: readonly Candidate[],
): Match {
  const strangers = new Set<string>();
  for (const level of LEVELS) {
    const found = candidates.filter(({ traits }) => level(item, traits));
    const likely = found.filter(({ traits }) => maybeSame(item, traits));
    const exact = likely.filter(({ traits }) => equalNames(item, traits));
    const [first, ...others] = exact.length > 0 ? exact : likely;
    if (first !== undefined)
      return others.length === 0
        ? { verdict: "one", id: first.id }
        : several(likely.map(({ id }) => id));
    for (const { id } of found) strangers.add(id);
  }
  return strangers.size === 0 ? { verdict: "none" } : several([...strangers]);
}

type Level = (item: MatchTraits, record: MatchTraits) => boolean;

const LEVELS: readonly Level[] = [
  (item, record) => shareOne(item.emails, record.emails),
  // Two names at least ("Anna Müller", "Anna Maria Müller"): a family name and a day are what twins share.
  (item, record) =>
    item.birthDate !== undefined &&
    item.birthDate === record.birthDate &&
    maybeSame(item, record) &&
    (equalNames(item, record) ||
      Math.min(item.name.length, record.name.length) > 1),
  (item, record) => shareOne(item.phones, record.phones),
];

/**
 * Keys of a strict match: two contacts that share one are the same by all that a key can say. Without them a new record
 * is created even where something similar is there. Whoever finds an item by them reads it and asks `match` again.
 */
export const strictKeys = (traits: MatchTraits): readonly string[] => {
  const name = traits.name.join(" ");
  if (name === "") return [];
  return [
    ...traits.emails.map((email) => `e:${name}|${email}`),
    ...traits.phones.map((phone) => `p:${name}|${phone}`),
    ...(traits.birthDate === undefined
      ? []
      : [`b:${name}|${traits.birthDate}`]),
  ];
};

/** The same for an appointment: when and why. One without a reason is like any other at that time. */
export const appointmentKeys = ({ fields }: Appointment): readonly string[] => {
  const { date, from = "", to = "", reason = "" } = fields;
  const why = fold(reason).split(/\s+/u).join(" ").trim();
  return date === undefined || why === ""
    ? []
    : [`a:${date}|${from}|${to}|${why}`];
};

const several = (candidates: readonly string[]): Match => ({
  verdict: "several",
  candidates,
});

const shareOne = (a: readonly string[], b: readonly string[]): boolean =>
  a.some((one) => b.includes(one));

/** Nothing says that the two are different ones. */
const maybeSame = (a: MatchTraits, b: MatchTraits): boolean =>
  sameName(a, b) &&
  (a.birthDate === undefined ||
    b.birthDate === undefined ||
    a.birthDate === b.birthDate);

const equalNames = (a: MatchTraits, b: MatchTraits): boolean =>
  a.name.length > 0 && a.name.join(" ") === b.name.join(" ");

/**
 * One name is the other, or a part of it ("Müller" and "Anna Müller", "A. Müller"); who has none contradicts nobody.
 * Not so between a person and a firm: "Müller" is not "Müller GmbH" for having its telephone.
 */
const sameName = (a: MatchTraits, b: MatchTraits): boolean => {
  if (a.name.length === 0 || b.name.length === 0) return true;
  if (a.type !== b.type) return equalNames(a, b);
  const [few, many] =
    a.name.length < b.name.length ? [a.name, b.name] : [b.name, a.name];
  return covers(many, few) || (few.length === many.length && covers(few, many));
};

/** Each of `few` is one of `many`, or the initial of one that none of the others is. */
const covers = (many: readonly string[], few: readonly string[]): boolean => {
  const rest = many.filter((part) => !few.includes(part));
  return few.every((part) => {
    if (many.includes(part)) return true;
    const at =
      part.length === 1 ? rest.findIndex((one) => one.startsWith(part)) : -1;
    return at >= 0 && rest.splice(at, 1).length === 1;
  });
};

const UMLAUTS: readonly (readonly [RegExp, string])[] = [
  [/ä/g, "ae"],
  [/ö/g, "oe"],
  [/ü/g, "ue"],
  [/ß/g, "ss"],
];

/** Titles and forms of address that some write and others leave out. */
const NO_NAMES = new Set(
  "dr dres prof dipl ing med dent jur phil rer nat habil herr herrn frau hr".split(
    " ",
  ),
);

/** "Dr. Anna Müller-Lüdenscheidt" → anna, luedenscheidt, mueller. */
export function nameParts(text: string): readonly string[] {
  const parts = fold(text)
    .split(/[^\p{L}\p{N}]+/u)
    .filter((part) => part !== "");
  const names = parts.filter((part) => !NO_NAMES.has(part));
  return [...new Set(names.length === 0 ? parts : names)].sort();
}

/** Case, umlauts and accents as people and systems write them or not. */
const fold = (text: string): string =>
  UMLAUTS.reduce(
    (rest, [letter, letters]) => rest.replace(letter, letters),
    text.normalize("NFC").toLowerCase(),
  )
    .normalize("NFKD")
    .replace(/\p{M}/gu, "");

const foldEmail = (text: string): string => text.trim().toLowerCase();
