import * as fc from "fast-check";
import type { Fields } from "../canonical.js";

export const POLICIES = ["ams-wins", "remote-wins"] as const;
export const CONTACT = [
  "lastName",
  "street",
  "city",
  "postalCode",
  "birthDate",
];
export const EVENT = ["date", "reason", "from", "to"];

const some = (values: readonly string[]) =>
  fc.constantFrom(undefined, ...values);
const formOf = (
  names: readonly string[],
  values: readonly (string | undefined)[],
): Fields =>
  Object.fromEntries(
    names.flatMap((name, index) => {
      const value = values[index];
      return value === undefined ? [] : [[name, value]];
    }),
  );
export const contact: fc.Arbitrary<Fields> = fc
  .tuple(
    some(["Müller", "Möller", "Zoë"]),
    some(["Weg 1", "Weg 2"]),
    some(["Ulm", "Köln", "Bonn"]),
    some(["89073", "50667"]),
    some(["1980-02-29", "1981-03-01"]),
  )
  .map((values) => formOf(CONTACT, values));
const clock = fc.constantFrom("08:00", "09:00", "10:00", "22:00");
export const event: fc.Arbitrary<Fields> = fc
  .tuple(
    fc.constantFrom("2024-02-29", "2024-03-31"),
    some(["Beratung", "Besuch"]),
    fc.option(fc.tuple(clock, clock), { nil: undefined }),
  )
  .map(([date, reason, times]) =>
    formOf(EVENT, [date, reason, times?.[0], times?.[1]]),
  );

export const KINDS = [
  { names: CONTACT, form: contact },
  { names: EVENT, form: event },
];
export const emptied = (before: Fields, after: Fields) =>
  Object.keys(before).filter((name) => after[name] === undefined);
