import type { Contact } from "./canonical.js";

/** What tells a person or a firm, in a form that can be compared. */
export interface MatchTraits {
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
    name: nameParts(names.filter((name) => name !== undefined).join(" ")),
    ...(fields.birthDate !== undefined && { birthDate: fields.birthDate }),
    emails: fields.email === undefined ? [] : [foldEmail(fields.email)],
    phones: [...new Set(phones)],
  };
}

/**
 * R46: by e-mail, then name and birth date, then telephone. Couples share an e-mail address, families and firms a
 * telephone: a match whose name is somebody else's is a question, as linking the two would overwrite one with the other.
 */
export function match(
  item: MatchTraits,
  candidates: readonly Candidate[],
): Match {
  const strangers = new Set<string>();
  for (const level of LEVELS) {
    const found = candidates.filter(({ traits }) => level(item, traits));
    const likely = found.filter(({ traits }) => sameName(item, traits));
    const [first, ...others] = likely;
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
  (item, record) =>
    item.birthDate !== undefined &&
    item.birthDate === record.birthDate &&
    item.name.length > 0 &&
    item.name.join(" ") === record.name.join(" "),
  (item, record) => shareOne(item.phones, record.phones),
];

/**
 * Keys of a strict match: two contacts that share one are the same. Without them a new record is created even where
 * something similar is there.
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

const several = (candidates: readonly string[]): Match => ({
  verdict: "several",
  candidates,
});

const shareOne = (a: readonly string[], b: readonly string[]): boolean =>
  a.some((one) => b.includes(one));

/** One name is the other, or a part of it ("Müller" and "Anna Müller"); who has none contradicts nobody. */
const sameName = (a: MatchTraits, b: MatchTraits): boolean => {
  const [few, many] =
    a.name.length < b.name.length ? [a.name, b.name] : [b.name, a.name];
  return few.every((part) => many.includes(part));
};

const UMLAUTS: readonly (readonly [RegExp, string])[] = [
  [/ä/g, "ae"],
  [/ö/g, "oe"],
  [/ü/g, "ue"],
  [/ß/g, "ss"],
];

/** Titles and forms of address that some write and others leave out. */
const NO_NAMES = new Set(["dr", "prof", "dipl", "ing", "med", "herr", "frau"]);

/** "Dr. Anna Müller-Lüdenscheidt" → anna, luedenscheidt, mueller. */
export function nameParts(text: string): readonly string[] {
  const folded = UMLAUTS.reduce(
    (rest, [letter, letters]) => rest.replace(letter, letters),
    text.normalize("NFC").toLowerCase(),
  )
    .normalize("NFKD")
    .replace(/\p{M}/gu, "");
  const parts = folded.split(/[^\p{L}\p{N}]+/u).filter((part) => part !== "");
  const names = parts.filter((part) => !NO_NAMES.has(part));
  return [...new Set(names.length === 0 ? parts : names)].sort();
}

const foldEmail = (text: string): string => text.trim().toLowerCase();
