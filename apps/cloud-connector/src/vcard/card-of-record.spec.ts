import type { Contact, Fields } from "@ams-sync/sync-core";
import { describe, expect, it } from "vitest";
import { carry as carried, contactIn } from "../testing/cards.js";
import { newCard } from "./index.js";

/** What a run makes of a card whose link remembers `base`, once the record is `record`. */
const carry = (text: string, base: Fields, record: Contact): string =>
  carried(text, base, record).text;
const linesIn = (text: string) => text.split("\r\n");

const HANS: Contact = {
  type: "private",
  fields: {
    firstName: "Hans",
    lastName: "Müller",
    street: "Weg 1",
    city: "Köln",
    mobile: "0171 1",
    gender: "male",
  },
};
const KAETHE: Contact = {
  type: "commercial",
  fields: { name: "Käthe & Söhne", city: "Köln", phoneBusiness: "0221 1" },
};
const hans = newCard("1", HANS, 0);
const kaethe = newCard("2", KAETHE, 0);
const changed = ({ type, fields }: Contact, next: Fields) =>
  ({ type, fields: { ...fields, ...next } }) as Contact;
const withLines = (text: string, ...lines: readonly string[]) =>
  text.replace("END:VCARD", [...lines, "END:VCARD"].join("\r\n"));
const revised = (text: string) =>
  text.replace(/REV:.*/, "REV:20261122T093000Z");

describe("a card of a private customer that a phone shows as a company", () => {
  const shown = withLines(
    hans.replace("FN:Hans Müller", "FN:Bäckerei Müller"),
    "ORG:Bäckerei Müller;Filiale Süd",
    "X-ABShowAs:COMPANY",
  );

  it.each([
    ["with the person's name", shown],
    ["without it", shown.replace("N:Müller;Hans;;;", "N:;;;;")],
    ["by KIND", shown.replace("X-ABShowAs:COMPANY", "KIND:org")],
  ])("keeps all of it, %s, when a number changes in ams", (_, text) =>
    expect(
      linesIn(carry(text, HANS.fields, changed(HANS, { mobile: "0171 2" }))),
    ).toEqual(linesIn(revised(text).replace("0171 1", "0171 2"))),
  );

  it("keeps company, mark and display name when the person is renamed", () =>
    expect(
      linesIn(carry(shown, HANS.fields, changed(HANS, { lastName: "Maier" }))),
    ).toEqual(
      linesIn(revised(shown).replace("N:Müller;Hans", "N:Maier;Hans")),
    ));

  it("is adopted without losing any of it", () => {
    const next = carry(shown, {}, changed(HANS, { email: "h@müller.de" }));
    for (const line of [
      "ORG:Bäckerei Müller;Filiale Süd",
      "X-ABShowAs:COMPANY",
    ])
      expect(linesIn(next)).toContain(line);
    expect(next).toContain("EMAIL;TYPE=INTERNET:h@müller.de");
    expect(next).toContain("N:Müller;Hans;;;");
  });
});

describe("a card of a company that a phone made look like a person", () => {
  const shown = kaethe
    .replace(/X-ABShowAs.*\r\n/, "")
    .replace("N:;;;;", "N:Meier;Hans;;;")
    .replace("FN:Käthe & Söhne", "FN:Hans Meier");

  it("keeps the person when a number changes in ams", () =>
    expect(
      linesIn(
        carry(shown, KAETHE.fields, changed(KAETHE, { phoneBusiness: "2" })),
      ),
    ).toEqual(linesIn(revised(shown).replace("0221 1", "2"))));

  it("keeps the person when the company is renamed, and sets no mark", () =>
    expect(
      linesIn(
        carry(shown, KAETHE.fields, changed(KAETHE, { name: "Käthe AG" })),
      ),
    ).toEqual(
      linesIn(revised(shown).replace("ORG:Käthe & Söhne", "ORG:Käthe AG")),
    ));

  it("still has its company", () =>
    expect(contactIn(shown, KAETHE)).toEqual(KAETHE));
});

describe("a customer that turned", () => {
  it("from private to commercial loses what was ours of the person, nothing else", () => {
    const text = withLines(
      hans,
      "NICKNAME:Hansi",
      "ADR;TYPE=WORK:;;Büro 1;Ulm;;;",
    );
    const turned: Contact = {
      type: "commercial",
      fields: { name: "Müller GmbH", street: "Weg 1", city: "Köln" },
    };
    const next = carry(text, HANS.fields, turned);
    expect(contactIn(next, turned)).toEqual(turned);
    expect(next).toContain("\r\nNICKNAME:Hansi\r\n");
    expect(next).toContain("\r\nN:;;;;\r\n");
    expect(next).toContain("\r\nFN:Müller GmbH\r\n");
    expect(next).not.toMatch(/HOME|GENDER|0171/);
    expect(carry(next, turned.fields, turned)).toBe(next);
  });

  it("from commercial to private keeps the departments that others entered", () => {
    const text = kaethe.replace(/ORG:.*/, "ORG:Käthe & Söhne;Einkauf");
    const next = carry(text, KAETHE.fields, HANS);
    expect(contactIn(next, HANS)).toEqual(HANS);
    expect(next).toContain("\r\nORG:;Einkauf\r\n");
    expect(next).not.toMatch(/Käthe|X-ABShowAs|WORK/);
  });

  it("back and forth comes to rest", () => {
    const there = carry(hans, HANS.fields, KAETHE);
    const back = carry(there, KAETHE.fields, HANS);
    expect(contactIn(back, HANS)).toEqual(HANS);
    expect(carry(back, HANS.fields, HANS)).toBe(back);
  });
});
