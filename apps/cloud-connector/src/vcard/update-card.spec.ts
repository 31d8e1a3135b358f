import type { Contact, Fields } from "@ams-sync/sync-core";
import { describe, expect, it } from "vitest";
import {
  UID,
  NOW,
  PRIVATE,
  COMMERCIAL,
  card,
  linesIn,
  read,
  readUnknown,
} from "../testing/cards.js";
import { newCard, updateCard } from "./index.js";
const change = (text: string, fields: Fields, known?: Fields) => {
  const current = read(text, known) as Contact;
  const next = Object.entries({ ...current.fields, ...fields });
  return updateCard(
    text,
    {
      type: current.type,
      fields: Object.fromEntries(next.filter(([, value]) => value !== "")),
    },
    { now: NOW, current },
  );
};

describe("updateCard", () => {
  const text = newCard(UID, PRIVATE, 0);

  it("leaves the text alone where nothing differs", () => {
    const odd = card("fn:Zoë", " ", "n:;Zoë;;;", "tel;home:1").replaceAll(
      "\r",
      "",
    );
    expect(change(odd, {})).toBe(odd);
    expect(updateCard(text, PRIVATE, { now: NOW })).toBe(text);
    expect(updateCard("kein vCard", PRIVATE, { now: NOW })).toBe("kein vCard");
  });

  it("empties every field", () => {
    const bare: Contact = { type: "private", fields: { lastName: "Ö" } };
    const emptied = updateCard(text, bare, { now: NOW });
    expect(read(emptied)).toEqual(bare);
    expect(linesIn(emptied)).toEqual([
      "BEGIN:VCARD",
      "VERSION:3.0",
      "PRODID:-//ams-sync//ams-sync//DE",
      `UID:${UID}`,
      `X-AMS-ID:${UID}`,
      "REV:20261122T093000Z",
      "N:Ö;;;;",
      "FN:Ö",
      "END:VCARD",
      "",
    ]);
  });

  it("changes the known of two numbers and keeps the other", () => {
    const two = card(
      "N:M;;;;",
      "TEL;TYPE=CELL:1",
      "item1.TEL;type=CELL:2",
      "item1.X-ABLabel:Auto",
    );
    expect(linesIn(change(two, { mobile: "3" }, { mobile: "2" }))).toEqual(
      linesIn(two.replace(":2", ":3")),
    );
    expect(linesIn(change(two, { mobile: "" }, { mobile: "2" }))).toEqual(
      linesIn(card("N:M;;;;", "TEL;TYPE=CELL:1")),
    );
  });

  it("keeps all other parts of name, company and address", () => {
    const whole = card(
      "N:Maier;Zoë;Anna,Eva;Dr.;M.A.",
      "FN:Dr. Zoë Maier (Nachbarin)",
      "ORG:Stadt Ulm;Bauamt",
      'ADR;TYPE=HOME;X-P="a:b":Postfach 1;Hinterhaus;Weg 1;Ulm;Schwaben;89073;',
    );
    const next = change(whole, { lastName: "Müller", street: "Weg 2" });
    expect(linesIn(next)).toEqual(
      linesIn(whole.replaceAll("Maier", "Müller").replace("Weg 1", "Weg 2")),
    );
  });

  it("makes the display name anew where it had nothing of the name", () =>
    expect(
      change(card("N:Maier;Zoë;;Dr.;", "FN:Mausi"), { lastName: "Müller" }),
    ).toContain("\r\nFN:Dr. Zoë Müller\r\n"));

  it("keeps the address while another part of it is filled", () => {
    const boxed = card("N:M;;;;", "ADR;TYPE=HOME:Postfach 1;;Weg 1;;;;");
    expect(change(boxed, { street: "" })).toContain(
      "ADR;TYPE=HOME:Postfach 1;;;;;;\r\n",
    );
  });

  it("adds its own address beside one of the other kind", () => {
    const work = card("N:M;;;;", "ADR;TYPE=WORK:;;Büro 1;;;;");
    expect(linesIn(change(work, { city: "Ulm" }))).toEqual(
      linesIn(
        card(
          "N:M;;;;",
          "ADR;TYPE=WORK:;;Büro 1;;;;",
          "ADR;TYPE=HOME:;;;Ulm;;;",
        ),
      ),
    );
  });

  it("writes a card in the version that it has", () => {
    const four = card("N:M;;;;", "TEL;TYPE=home;VALUE=uri:tel:1").replace(
      "3.0",
      "4.0",
    );
    const next = change(four, {
      gender: "female",
      birthDate: "1984-02-29",
      phonePrivate: "2",
      email: "a@b.de",
    });
    for (const line of [
      "VERSION:4.0",
      "GENDER:F",
      "BDAY:19840229",
      "TEL;TYPE=home;VALUE=text:2",
      "EMAIL:a@b.de",
    ])
      expect(linesIn(next)).toContain(line);
  });

  it("replaces a birthday without a year, and both spellings of gender", () => {
    const odd = card(
      "N:M;;;;",
      "BDAY;X-APPLE-OMIT-YEAR=1604;VALUE=date:1604-02-28",
      "GENDER:M;Mann",
      "X-GENDER:Male",
    );
    const next = change(odd, { birthDate: "1984-02-29", gender: "female" });
    expect(linesIn(next)).toEqual(
      linesIn(
        card("N:M;;;;", "BDAY:1984-02-29", "GENDER:F", "X-GENDER:Female"),
      ),
    );
    expect(read(change(next, { gender: "" }))?.fields.gender).toBeUndefined();
  });

  it.each([
    ["GENDER:M;Transmann", "GENDER:O;Transmann"],
    ["GENDER:M;a\\,b\\;c", "GENDER:O;a\\,b\\;c"],
    ["GENDER:;Frau*", "GENDER:O;Frau*"],
    ["GENDER:M;Mann", "GENDER:O"],
    ["GENDER:U;divers", "GENDER:O;divers"],
    ["GENDER:M", "GENDER:O"],
  ])("keeps what people say themselves of their gender: %s", (line, written) =>
    expect(
      linesIn(change(card("N:M;;;;", line), { gender: "diverse" })),
    ).toContain(written),
  );

  it("turns a person into a company and back", () => {
    const company = updateCard(text, COMMERCIAL, {
      now: NOW,
      current: PRIVATE,
    });
    expect(readUnknown(company)).toEqual(COMMERCIAL);
    expect(company).not.toMatch(/ADR;TYPE=HOME|Dresden|BDAY|GENDER/);
    expect(company).toContain("\r\nN:;;;;\r\n");
    const person = updateCard(company, PRIVATE, { now: NOW });
    expect(read(person)).toEqual(PRIVATE);
    expect(person).not.toMatch(/ORG|X-ABShowAs/);
  });
});
