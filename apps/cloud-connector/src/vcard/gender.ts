import { parseGender } from "@ams-sync/sync-core";
import type { Gender } from "@ams-sync/sync-core";
import {
  linesOf,
  makeLine,
  partAt,
  putLine,
  removeLines,
  withPart,
  withValue,
} from "../content-lines/index.js";
import type { Line } from "../content-lines/index.js";
import type { FieldMapping } from "./card.js";

// RFC 6350 6.2.7: O is "other"; N and U say that nothing is said.
const LETTERS: ReadonlyMap<string, Gender> = new Map([
  ["M", "male"],
  ["F", "female"],
  ["O", "diverse"],
  ["OTHER", "diverse"],
]);
/** What programs write behind the letter, and says no more than that, beside the words that ams knows. */
const NOUNS: ReadonlyMap<string, Gender> = new Map([
  ["mann", "male"],
  ["man", "male"],
  ["woman", "female"],
]);
const WRITTEN: { readonly [gender in Gender]: readonly [string, string] } = {
  male: ["M", "Male"],
  female: ["F", "Female"],
  diverse: ["O", "Other"],
};

/** GENDER is a property of vCard 4; in vCard 3 several programs agree on X-GENDER with words. Both are read. */
export const gender: FieldMapping = {
  fields: ["gender"],
  read({ component, type }) {
    const value = linesOf(component, "GENDER", "X-GENDER")
      .map(genderOf)
      .find((found) => found !== undefined);
    return value === undefined || type === "commercial"
      ? {}
      : { gender: value };
  },
  write({ component, version }, changes) {
    const lines = linesOf(component, "GENDER", "X-GENDER");
    const wanted = changes.get("gender");
    if (wanted === undefined) return removeLines(component, lines);
    const [letter, word] = WRITTEN[wanted as Gender];
    const property = version === "3.0" ? "X-GENDER" : "GENDER";
    const made = makeLine(property, property === "GENDER" ? letter : word);
    if (lines.length === 0) return putLine(component, undefined, made);
    // A server that turns one version into the other may leave both.
    return lines.reduce(
      (next, line) =>
        putLine(
          next,
          line,
          withValue(
            line,
            line.name === "GENDER"
              ? withLetter(line.value, wanted as Gender)
              : word,
          ),
        ),
      component,
    );
  },
};

/** RFC 6350 6.2.7: behind the letter people say in their own words who they are. The word for another letter goes. */
function withLetter(value: string, wanted: Gender): string {
  const [letter] = WRITTEN[wanted];
  const text = partAt(value, 1).trim().toLowerCase();
  const named = NOUNS.get(text) ?? parseGender(text);
  return named === undefined || named === wanted
    ? withPart(value, 0, letter, 1)
    : letter;
}

function genderOf(line: Line): Gender | undefined {
  const sex = partAt(line.value, 0).trim();
  return LETTERS.get(sex.toUpperCase()) ?? parseGender(sex);
}
