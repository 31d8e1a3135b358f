import type { Appointment, Contact } from "./canonical.js";
import { fold, nameTraits } from "./name-parts.js";
import type { NameTraits } from "./name-parts.js";

/** What tells a person or a firm, in a form that can be compared. */
export interface MatchTraits extends NameTraits {
  readonly type: Contact["type"];
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
  const phones = PHONES.flatMap((field) => {
    const text = fields[field];
    const number =
      text === undefined ? undefined : toE164(text, fields.country);
    return number === undefined ? [] : [number];
  });
  return {
    type: contact.type,
    ...nameTraits(fields),
    ...(fields.birthDate !== undefined && { birthDate: fields.birthDate }),
    emails: fields.email === undefined ? [] : [foldEmail(fields.email)],
    phones: [...new Set(phones)],
  };
}

/**
 * R46: by e-mail, then name and birth date, then telephone. Couples share an e-mail address, families and firms a
 * telephone, father and son a name: who is somebody else by name or birth date is a question, as linking the two would
 * overwrite one with the other. So is who has one given name more ("Hans" and "Hans Peter Weber"), unless born on that day.
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
    if (first !== undefined && others.length > 0)
      return several(likely.map(({ id }) => id));
    if (first !== undefined && surelySame(item, first.traits))
      return { verdict: "one", id: first.id };
    for (const { id } of found) strangers.add(id);
  }
  return strangers.size === 0 ? { verdict: "none" } : several([...strangers]);
}

type Level = (item: MatchTraits, record: MatchTraits) => boolean;

const LEVELS: readonly Level[] = [
  (item, record) => shareOne(item.emails, record.emails),
  (item, record) => sameByBirth(item, record),
  (item, record) => shareOne(item.phones, record.phones),
];

/**
 * By name and birth date. Two names at least ("Anna Müller", "Anna Maria Müller"): a family name and a day are what
 * twins share.
 */
export const sameByBirth = (a: MatchTraits, b: MatchTraits): boolean =>
  bornTogether(a, b) &&
  sameName(a, b) &&
  (equalNames(a, b) || Math.min(a.name.length, b.name.length) > 1);

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
  const { date, from = "", to = "", reason } = fields;
  const why = foldReason(reason);
  return date === undefined || why === ""
    ? []
    : [`a:${date}|${from}|${to}|${why}`];
};

export const sameReason = (
  a: string | undefined,
  b: string | undefined,
): boolean => foldReason(a) === foldReason(b);

const foldReason = (reason = ""): string =>
  fold(reason).split(/\s+/u).join(" ").trim();

const several = (candidates: readonly string[]): Match => ({
  verdict: "several",
  candidates,
});

const shareOne = (a: readonly string[], b: readonly string[]): boolean =>
  a.some((one) => b.includes(one));

/** Nothing says that the two are different ones. */
export const maybeSame = (a: MatchTraits, b: MatchTraits): boolean =>
  sameName(a, b) &&
  (a.birthDate === undefined ||
    b.birthDate === undefined ||
    a.birthDate === b.birthDate);

/**
 * Of two that may be the same: the one has no given name that the other lacks. Where nobody says which the given names
 * are ("Hans Peter Weber" on a card without N), any part may be one; a family name alone leaves nothing to compare.
 */
const surelySame = (a: MatchTraits, b: MatchTraits): boolean => {
  if (bornTogether(a, b) || equalNames(a, b)) return true;
  if (a.type === "commercial" && b.type === "commercial") return true;
  if (a.given.length * b.given.length === 0)
    return (
      a.name.length === b.name.length ||
      Math.min(a.name.length, b.name.length) < 2 ||
      isFamilyName(a, b) ||
      isFamilyName(b, a)
    );
  return (
    a.given.length === b.given.length &&
    (covers(a.given, b.given) || covers(b.given, a.given))
  );
};

/** All of one is the other's family name, which may have several parts: "Müller-Lüdenscheidt". */
const isFamilyName = (bare: MatchTraits, whole: MatchTraits): boolean =>
  whole.given.length > 0 &&
  whole.name.filter((part) => !whole.given.includes(part)).join(" ") ===
    bare.name.join(" ");

const bornTogether = (a: MatchTraits, b: MatchTraits): boolean =>
  a.birthDate !== undefined && a.birthDate === b.birthDate;

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

const foldEmail = (text: string): string => text.trim().toLowerCase();
