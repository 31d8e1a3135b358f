import type { Contact, MatchTraits } from "@ams-sync/sync-core";

/** How a customer is marked whose name `ams.name_keys` does not read for sure: it is read for its date alone. */
export const ANY_NAME = "*";

/** As many columns as `13-name-keys` has. */
export const NAME_KEYS = 6;

/** As long as a word may be there. */
const LONGEST = 40;

/** More is no name: so many words have too many pairs. */
const MOST_WORDS = 12;

/**
 * What PostgreSQL folds and parts exactly as `fold` and `nameTraits` do: letters of European languages as one code point,
 * and what stands between words. The same range stands in `13-name-keys`.
 */
const SURE =
  /^[\p{ASCII}\u00a0-\u00b4\u00b6-\u0148\u014a-\u017f\u0218-\u021b\u1e9e\u2010-\u2027\u202f]*$/u;

/**
 * By which keys everybody is found who is the contact by `sameByBirth`: whoever is shares two whole words with it, or is
 * the same single one. Undefined where that cannot be told: initials stand for any word that begins so.
 */
export function nameKeysOf(
  { fields }: Contact,
  { name }: Pick<MatchTraits, "name">,
): readonly string[] | undefined {
  const written = [fields.firstName, fields.lastName, fields.name].join(" ");
  const whole = name.every(({ length }) => length > 1 && length <= LONGEST);
  if (!SURE.test(written.normalize("NFC")) || !whole) return undefined;
  if (name.length > MOST_WORDS) return undefined;
  if (name.length < 2) return [...name, ANY_NAME];
  const pairs = name.flatMap((one, at) =>
    name.slice(at + 1).map((other) => `${one} ${other}`),
  );
  return [...pairs, ANY_NAME];
}
