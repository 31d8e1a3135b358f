import type { Fields } from "./canonical.js";
import type { ADDRESS_FIELDS } from "./fields.js";
import { fold } from "./name-parts.js";

/**
 * By postal code or city. Streets and countries are spelt in many ways: they tell only where nothing says that it is the
 * same place, and a country by itself is no address.
 */
export const areApart = (
  a: Fields,
  b: Fields,
  fieldNames: readonly string[],
): boolean => {
  const has = (name: AddressField, fields: Fields) =>
    fieldNames.includes(name) && fields[name] !== undefined;
  const both = (names: readonly AddressField[]) =>
    names.filter((name) => has(name, a) && has(name, b));
  const isEqual = (name: AddressField) =>
    foldPlace(a[name]) === foldPlace(b[name]);
  const places = both(["postalCode", "city"]);
  const [street] = both(["street"]);
  if (places.some((name) => a[name]?.toLowerCase() !== b[name]?.toLowerCase()))
    return true;
  if (places.length > 0) return false;
  if (street !== undefined) return !isEqual(street);
  const isPlace = (fields: Fields) => PLACE.some((name) => has(name, fields));
  return (
    isPlace(a) && isPlace(b) && both(["country"]).some((name) => !isEqual(name))
  );
};

type AddressField = (typeof ADDRESS_FIELDS)[number];

const PLACE = ["street", "postalCode", "city"] as const;

/** "Hauptstr. 5" and "Haupt-Straße 5" are one street. */
const foldPlace = (text = ""): string =>
  fold(text)
    .replace(/[^\p{L}\p{N}]+/gu, "")
    .replace(/strasse/g, "str")
    .replace(/platz/g, "pl");
