import type { ToE164 } from "@ams-sync/sync-core";
import {
  getCountries,
  parsePhoneNumberFromString,
  type CountryCode,
} from "libphonenumber-js/min";

/** What people in a German office mean when they write no country. */
const HOME: CountryCode = "DE";

/** A telephone number as people write it, in E.164; undefined where it is none, or more than one. */
export const toE164: ToE164 = (text, country) => {
  const defaultCountry = countryOf(country);
  const number = parsePhoneNumberFromString(text, { defaultCountry });
  return number?.isValid() === true ? number.number : undefined;
};

let countries: ReadonlyMap<string, CountryCode> | undefined;

/** By its German or English name or its code; what nobody knows is taken for Germany. */
function countryOf(text: string | undefined): CountryCode {
  if (text === undefined) return HOME;
  countries ??= namesOfCountries();
  return countries.get(fold(text)) ?? HOME;
}

/** The signs of vehicles that old addresses put before the postal code. */
const SIGNS: readonly (readonly [string, CountryCode])[] = [
  ["d", "DE"],
  ["brd", "DE"],
  ["a", "AT"],
  ["ch", "CH"],
  ["l", "LU"],
  ["fl", "LI"],
  ["f", "FR"],
  ["i", "IT"],
];

function namesOfCountries(): ReadonlyMap<string, CountryCode> {
  const languages = ["en", "de"].map(
    (language) => new Intl.DisplayNames([language], { type: "region" }),
  );
  const named = getCountries().flatMap((code) =>
    [code, ...languages.map((language) => language.of(code) ?? code)].map(
      (name) => [fold(name), code] as const,
    ),
  );
  return new Map([...named, ...SIGNS]);
}

const fold = (text: string): string =>
  text.normalize("NFC").trim().toLowerCase();
