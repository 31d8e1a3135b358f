import {
  COMMERCIAL_CONTACT_FIELDS,
  GENDERS,
  PRIVATE_CONTACT_FIELDS,
} from "@ams-sync/sync-core";
import type { Contact, ContactField } from "@ams-sync/sync-core";
import * as fc from "fast-check";
import ICAL from "ical.js";
import { describe, expect, it } from "vitest";
import { contactIn as read } from "../testing/cards.js";
import { newCard, normalizeContact, updateCard } from "./index.js";

/** Whatever people and their clipboards put into a field, and lengths around the 75 octets of a line. */
const text = fc.oneof(
  fc.string({
    unit: fc.oneof(
      fc.constantFrom(
        "ä",
        "ß",
        "🏡",
        "👩‍🍳",
        ",",
        ";",
        "\\",
        "\n",
        "\r\n",
        ":",
        '"',
        "=",
        "^",
        "n",
        "N",
        " ",
        "\t",
        "0",
        ".",
      ),
      fc.string({ unit: "grapheme", minLength: 1, maxLength: 1 }),
    ),
    maxLength: 100,
  }),
  fc
    .tuple(fc.integer({ min: 50, max: 80 }), fc.constantFrom("ü", "🏡", "x"))
    .map(([length, last]) => "a".repeat(length) + last.repeat(30)),
  fc.constantFrom(
    "007",
    "1e5",
    "-1",
    "true",
    "null",
    "NaN",
    "BEGIN:VCARD",
    "END:VCARD",
    "tel",
    "a\\nb",
    "\\;",
    "a;b;c",
  ),
);
const special: Partial<Record<ContactField, fc.Arbitrary<string>>> = {
  gender: fc.constantFrom(...GENDERS),
  birthDate: fc.constantFrom("1984-02-29", "1900-01-01", "2026-03-29"),
};
const contactOf = (
  type: Contact["type"],
  names: readonly ContactField[],
): fc.Arbitrary<Contact> =>
  fc
    .record(
      Object.fromEntries(names.map((name) => [name, special[name] ?? text])),
      { requiredKeys: [] },
    )
    .map((fields) => normalizeContact({ type, fields }))
    .filter(
      ({ fields }) =>
        (fields.firstName ?? fields.lastName ?? fields.name) !== undefined,
    );
const person = contactOf("private", PRIVATE_CONTACT_FIELDS);
const company = contactOf("commercial", COMMERCIAL_CONTACT_FIELDS);
const contact = fc.oneof(person, company);

describe("a new card", () => {
  it("says what it was made of", () => {
    fc.assert(
      fc.property(contact, (form) => {
        expect(read(newCard("uid", form, 0))).toEqual(form);
      }),
      { numRuns: 500 },
    );
  });

  it("is read by another parser, with every line within 75 octets", () => {
    fc.assert(
      fc.property(contact, (form) => {
        const source = newCard("uid", form, 0);
        const card = ICAL.Component.fromString(source);
        expect(card.name).toBe("vcard");
        expect(card.getFirstPropertyValue("uid")).toBe("uid");
        expect(card.getAllProperties("fn")).toHaveLength(1);
        for (const line of source.split("\r\n"))
          expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
      }),
    );
  });
});

/** Properties that nobody maps, among them some that look like ours. */
const FOREIGN = [
  "NOTE:Hinweis\\; mit\\, allem\\n und \\\\",
  "PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQSkZJRgABAQ",
  "item7.X-ABLabel:_$!<Anniversary>!$_",
  "ITEM7.X-ABDATE;type=pref:2010-05-01",
  "CATEGORIES:Kunde,VIP\\,2",
  'X-ODD;X-P="a;b:c":roh\\,x;y',
  "NICKNAME:Jörgi,Uwe",
  "IMPP;X-SERVICE-TYPE=Jabber:xmpp:j@example.org",
  "TEL;TYPE=PAGER:99",
  "TEL;TYPE=MAIN:98",
  "X-SOCIALPROFILE;type=twitter:https://example.org/j",
  "ROLE:Vorstand",
  "TZ:+01:00",
  "CLASS:PRIVATE",
];
const foreign = fc.shuffledSubarray(FOREIGN);

const withLines = (source: string, lines: readonly string[]) =>
  source.replace(/END:VCARD\r\n$/, [...lines, "END:VCARD", ""].join("\r\n"));

/** Properties as another parser reads them, without those in which mapped fields live. */
function foreignIn(source: string): unknown[] {
  const mapped = [
    "fn",
    "n",
    "org",
    "x-abshowas",
    "title",
    "x-gender",
    "gender",
    "bday",
    "adr",
    "email",
    "url",
    "rev",
  ];
  const properties: [
    string,
    { type?: string | string[] },
    string,
    ...unknown[],
  ][] = (ICAL.parse(source) as never)[1];
  return properties.filter(
    ([name, { type = [] }]) =>
      !mapped.includes(name) &&
      !(name === "tel" && !["PAGER", "MAIN"].includes([type].flat()[0] ?? "")),
  );
}

describe("an updated card", () => {
  it("says the new and keeps every foreign property, in order", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.tuple(person, person), fc.tuple(company, company)),
        foreign,
        ([before, after], lines) => {
          const source = withLines(newCard("uid", before, 0), lines);
          const updated = updateCard(source, after, { now: 1000 });
          expect(read(updated)).toEqual(after);
          expect(foreignIn(updated)).toEqual(foreignIn(source));
          for (const line of lines) expect(updated).toContain(`${line}\r\n`);
          expect(updateCard(updated, after, { now: 2000 })).toBe(updated);
        },
      ),
      { numRuns: 300 },
    );
  });

  it("is the very text where nothing changed", () => {
    fc.assert(
      fc.property(contact, foreign, (form, lines) => {
        const source = withLines(newCard("uid", form, 0), lines);
        expect(updateCard(source, form, { now: 1000 })).toBe(source);
      }),
    );
  });
});

/** What servers have been seen to do to a stored card, one function each. */
const QUIRKS: Readonly<Record<string, (source: string) => string>> = {
  reorders: (source) => {
    const [begin, version, ...rest] = logicalLines(source);
    const end = rest.pop();
    return [begin, version, ...rest.sort(), end, ""].join("\r\n");
  },
  refolds: (source) =>
    logicalLines(source)
      .map((line) => [...line].join("\r\n "))
      .join("\r\n"),
  "folds not at all, with bare line feeds": (source) =>
    logicalLines(source).join("\n"),
  "lowers names": (source) =>
    logicalLines(source)
      .map((line) => line.replace(/^[^:;]*/, (name) => name.toLowerCase()))
      .join("\r\n"),
  "puts all into groups and raises them": (source) =>
    logicalLines(source)
      .map((line, index) =>
        /^(BEGIN|END|VERSION)/.test(line) ? line : `ITEM${index}.${line}`,
      )
      .join("\r\n"),
  "repeats TYPE and lowers it": (source) =>
    source.replace(
      /TYPE=(\w+),(\w+)/g,
      (_, a: string, b: string) =>
        `type=${a.toLowerCase()};type=${b.toLowerCase()}`,
    ),
  "quotes TYPE": (source) => source.replace(/TYPE=(\w+,\w+)/g, 'TYPE="$1"'),
  "adds its own": (source) =>
    withLines(source, ["CLASS:PUBLIC", "X-EVOLUTION-FILE-AS:x", "CREATED:1"]),
  "drops unknown properties": (source) =>
    logicalLines(source)
      .filter((line) => !/^X-(?!GENDER)/.test(line))
      .join("\r\n"),
  "makes it vCard 4": (source) =>
    logicalLines(source)
      .map((line) =>
        line
          .replace("VERSION:3.0", "VERSION:4.0")
          .replace(/^BDAY:(\d+)-(\d+)-/, "BDAY:$1$2")
          .replace("X-GENDER:Male", "GENDER:M")
          .replace("X-GENDER:Female", "GENDER:F")
          .replace("X-GENDER:Other", "GENDER:O"),
      )
      .join("\r\n"),
};
const logicalLines = (source: string): string[] =>
  source.replace(/\r\n /g, "").trimEnd().split("\r\n");

describe("a card that a server", () => {
  it.each(Object.keys(QUIRKS))("%s says the same", (name) => {
    const quirk = QUIRKS[name] as (source: string) => string;
    fc.assert(
      fc.property(contact, (form) => {
        const stored = quirk(newCard("uid", form, 0));
        expect(read(stored)).toEqual(form);
        expect(updateCard(stored, form, { now: 1000 })).toBe(stored);
      }),
    );
  });
});
