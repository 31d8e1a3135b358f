import * as fc from "fast-check";
import ICAL from "ical.js";
import { fold } from "../content-lines/index.js";

/** Lines as other programs write them, valid by RFC 5545 3.1 and RFC 6350 3.3; folded as anybody likes. */
export const foreignLine = (
  names: readonly string[],
  groups: readonly string[] = [],
): fc.Arbitrary<string> =>
  fc
    .record({
      group: fc.constantFrom("", ...groups.map((group) => `${group}.`)),
      name: fc.oneof(fc.constantFrom(...names), extension),
      params: fc.array(param, { maxLength: 3 }),
      value,
      folded: fc.constantFrom(fold, byOnes, (line: string) => line),
    })
    .map(({ group, name, params, value, folded }) =>
      folded(`${group}${name}${params.join("")}:${value}`),
    );

const letters = fc.string({
  unit: fc.constantFrom(..."ABCXYZ019-"),
  minLength: 1,
  maxLength: 12,
});
// No "X-AB": those are labels, which go with what they label.
const extension = letters.map((name) => `X-Q${name}`);
const character = fc.oneof(
  fc.constantFrom(..."aäß🏡 =.:'/n0", "\t", "\u2028"),
  fc
    .string({ unit: "grapheme", minLength: 1, maxLength: 1 })
    .filter((text) => !/[\p{Cc}\p{Cs}\\,;"^\uFDD0]/u.test(text)),
);
const bare = fc
  .string({ unit: character, maxLength: 20 })
  .map((text) => text.replace(/[:\t\u2028]/g, ""));
const param = fc
  .tuple(
    fc.constantFrom("X-P", "LANGUAGE", "ALTID", "PREF", "CN", "X-äÖ"),
    fc.oneof(
      bare,
      fc
        .string({ unit: character, maxLength: 30 })
        .map((text) => `"${text};,:"`),
    ),
  )
  .map(([name, text]) => `;${name}=${text}`);
const value = fc.oneof(
  fc.string({
    unit: fc.oneof(
      character,
      fc.constantFrom("\\,", "\\;", "\\n", "\\\\", ","),
    ),
    maxLength: 200,
  }),
  // A photo.
  fc.base64String({ minLength: 200, maxLength: 2_000 }),
  fc.constantFrom("", "data:image/png;base64,AAAA", "x:y;z,END:VCARD"),
);
const byOnes = (line: string): string => [...line].join("\r\n ");

export type JCal = [string, ...unknown[]];

/** What another parser finds in a component, without its blocks. */
export const propertiesIn = (source: string): JCal[] =>
  ICAL.parse(source)[1] as JCal[];

/** Whether all of `few` are in `many`, in this order. */
export function isWithin(few: readonly unknown[], many: readonly unknown[]) {
  const rest = few.map((each) => JSON.stringify(each));
  for (const each of many) if (JSON.stringify(each) === rest[0]) rest.shift();
  return rest.length === 0;
}
