import type { Contact } from "@ams-sync/sync-core";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { contactIn } from "../testing/cards.js";
import {
  foreignLine,
  isWithin,
  propertiesIn,
} from "../testing/foreign-lines.js";
import { newCard, updateCard } from "./index.js";

const NAMES = [
  "NOTE",
  "PHOTO",
  "LOGO",
  "SOUND",
  "KEY",
  "NICKNAME",
  "IMPP",
  "RELATED",
  "ANNIVERSARY",
  "CATEGORIES",
  "ROLE",
  "LANG",
  "GEO",
  "CLASS",
  "SOURCE",
  "TEL;TYPE=PAGER",
  "TEL;TYPE=MAIN",
  "ADR;TYPE=POSTAL",
  "CALURI",
  "CREATED",
];
const line = foreignLine(NAMES, ["item7", "ITEM8", "a-b"]);

const word = fc.constantFrom(
  "Köln",
  "0221 1",
  "a;b,c\\d",
  "x".repeat(90),
  "🏡",
);
const some = (...names: string[]) =>
  fc.record(Object.fromEntries(names.map((name) => [name, word])), {
    requiredKeys: [],
  });
const person: fc.Arbitrary<Contact> = fc
  .tuple(
    some(
      ...["firstName", "street", "country", "postalCode", "city", "profession"],
      ...["phonePrivate", "phoneBusiness", "mobile", "email", "webPage"],
    ),
    fc.record(
      {
        gender: fc.constantFrom("male", "female", "diverse"),
        birthDate: fc.constantFrom("1980-02-29", "1999-12-31"),
      },
      { requiredKeys: [] },
    ),
  )
  .map(([fields, more]) => ({
    type: "private",
    fields: { lastName: "Groß", ...fields, ...more },
  }));
const company: fc.Arbitrary<Contact> = some(
  ...["street", "city", "profession", "phoneBusiness", "email", "webPage"],
).map((fields) => ({
  type: "commercial",
  fields: { name: "Groß AG", ...fields },
}));

/** Among our own lines, anywhere behind the version. */
const mixed = (source: string, lines: readonly string[], places: number[]) => {
  const own = source.split("\r\n");
  const end = own.length - 2;
  lines.forEach((each, index) =>
    own.splice(2 + ((places[index] ?? 0) % (end - 2)), 0, each),
  );
  return own.join("\r\n");
};

it("an update keeps whatever others put into a card, as another parser reads it and to the letter", () => {
  fc.assert(
    fc.property(
      fc.oneof(person, company),
      fc.oneof(person, company),
      fc.array(line, { minLength: 1, maxLength: 12 }),
      fc.array(fc.nat(), { minLength: 12, maxLength: 12 }),
      fc.constantFrom("3.0", "4.0"),
      (before, after, lines, places, version) => {
        const own = newCard("uid", before, 0)
          .replace("VERSION:3.0", `VERSION:${version}`)
          // Folded lines of ours, so that others can stand between all.
          .replace(/\r\n /g, "");
        const source = mixed(own, lines, places);
        const foreign = propertiesIn(
          ["BEGIN:VCARD", `VERSION:${version}`, ...lines, "END:VCARD"].join(
            "\r\n",
          ),
        ).slice(1);
        // In the order in which they stand there.
        const there = propertiesIn(source).filter((property) =>
          foreign.some(
            (one) => JSON.stringify(one) === JSON.stringify(property),
          ),
        );
        expect(there.length).toBeGreaterThanOrEqual(foreign.length);
        const updated = updateCard(source, after, {
          now: 1_000,
          current: contactIn(source, before)!,
        });
        expect(contactIn(updated, after)).toEqual(after);
        expect(isWithin(there, propertiesIn(updated))).toBe(true);
        for (const each of lines) expect(updated).toContain(`\r\n${each}\r\n`);
        // What is written once is not written again.
        expect(updateCard(updated, after, { now: 2_000, current: after })).toBe(
          updated,
        );
      },
    ),
    { numRuns: 300 },
  );
});
