/** The parts of a person's name as ams and address books keep it, or the name of a firm. */
export interface NameFields {
  readonly firstName?: string | undefined;
  readonly lastName?: string | undefined;
  readonly name?: string | undefined;
}

/** What tells a person or a firm by name, folded, each part once, in order of the alphabet. */
export interface NameTraits {
  /** Empty: nameless. */
  readonly name: readonly string[];
  /** Of it what stands for the given names; empty where nobody says which they are. */
  readonly given: readonly string[];
}

interface Part {
  readonly text: string;
  /** "med." and not "med": nobody's given name is written so. */
  readonly dotted: boolean;
}

/** Nobody is named so. */
const TITLES = new Set(["dr", "dres", "prof", "dipl", "habil"]);

/** Parts of titles that are, or look like, names of people: Phil, Nat, Jur, Med. */
const DEGREES = new Set(["ing", "med", "dent", "jur", "phil", "rer", "nat"]);

/** At the beginning; there are people whose family name is Herr. */
const ADDRESSES = new Set(["herr", "herrn", "frau", "hr"]);

/** Titles and forms of address are left out: some write them and others do not. */
export function nameTraits(fields: NameFields): NameTraits {
  const given = partsOf(fields.firstName);
  const family = partsOf(fields.lastName);
  const firm = partsOf(fields.name);
  const person = [
    ...unaddressed(given, 0),
    ...unaddressed(family, 1),
    ...unaddressed(firm, 2),
  ];
  const all = [...given, ...family, ...firm];
  const named = untitled(person);
  const kept = named.length > 0 ? named : all;
  return {
    name: inOrder(kept),
    given: inOrder(kept.filter((part) => given.includes(part))),
  };
}

const partsOf = (text = ""): readonly Part[] =>
  [...fold(text).matchAll(/([\p{L}\p{N}]+)(\.?)/gu)].map(
    ([, part = "", dot]) => ({ text: part, dotted: dot === "." }),
  );

const unaddressed = (
  parts: readonly Part[],
  leaving: number,
): readonly Part[] => {
  const at = parts.findIndex(({ text }) => !ADDRESSES.has(text));
  const rest = at < 0 ? [] : parts.slice(at);
  return rest.length >= leaving ? rest : parts;
};

/**
 * A degree is left out behind a title if it has a dot ("Dr. med.", "Dipl.-Ing.", "Dr. rer. nat."). With only one of the
 * two, if two names remain: "Dr. Phil Weber" is Phil, and so may "Phil. Weber" be.
 */
const untitled = (parts: readonly Part[]): readonly Part[] => {
  const sure = new Set<Part>();
  const likely = new Set<Part>();
  let behind = false;
  for (const part of parts) {
    const title = TITLES.has(part.text);
    const degree: boolean = DEGREES.has(part.text) && (behind || part.dotted);
    if (title || degree)
      (title || (behind && part.dotted) ? sure : likely).add(part);
    behind = title || (degree && behind);
  }
  const without = (some: ReadonlySet<Part>) =>
    parts.filter((part) => !sure.has(part) && !some.has(part));
  const rest = without(likely);
  return rest.length > 1 ? rest : without(new Set());
};

const inOrder = (parts: readonly Part[]): readonly string[] =>
  [...new Set(parts.map(({ text }) => text))].sort();

const UMLAUTS: readonly (readonly [RegExp, string])[] = [
  [/ä/g, "ae"],
  [/ö/g, "oe"],
  [/ü/g, "ue"],
  [/ß/g, "ss"],
];

/** What has none of them is only lowered: normalising is most of the time that a name takes. */
const BEYOND_ASCII = /[^ -~]/;

/** Case, umlauts and accents as people and systems write them or not. */
export const fold = (text: string): string =>
  BEYOND_ASCII.test(text) ? foldLetters(text) : text.toLowerCase();

const foldLetters = (text: string): string =>
  UMLAUTS.reduce(
    (rest, [letter, letters]) => rest.replace(letter, letters),
    text.normalize("NFC").toLowerCase(),
  )
    .normalize("NFKD")
    .replace(/\p{M}/gu, "");
