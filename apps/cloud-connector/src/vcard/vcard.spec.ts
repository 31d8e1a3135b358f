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
import { newCard, readCard } from "./index.js";

describe("newCard", () => {
  it("has all 15 fields of a person where phones look for them", () => {
    expect(linesIn(newCard(UID, PRIVATE, NOW))).toEqual([
      "BEGIN:VCARD",
      "VERSION:3.0",
      "PRODID:-//ams-sync//ams-sync//DE",
      `UID:${UID}`,
      `X-AMS-ID:${UID}`,
      "REV:20261122T093000Z",
      "N:Müller\\, Lüdenscheidt;Jörg-Uwe;;;",
      "FN:Jörg-Uwe Müller\\, Lüdenscheidt",
      "TITLE:Bäcker",
      "X-GENDER:Other",
      "BDAY:1984-02-29",
      "ADR;TYPE=HOME:;;Große Straße 1\\; Hof;Dresden;;01067;Deutschland",
      "TEL;TYPE=HOME,VOICE:+49 351 1",
      "TEL;TYPE=WORK,VOICE:0351/2",
      "TEL;TYPE=HOME,FAX:0351 3",
      "TEL;TYPE=CELL:0171 4",
      "EMAIL;TYPE=INTERNET:joerg@müller.de",
      "URL:https://müller.de/?a=1\\,2;3",
      "END:VCARD",
      "",
    ]);
  });

  it("shows a company as one", () => {
    const text = newCard(UID, COMMERCIAL, NOW);
    expect(linesIn(text)).toEqual(
      expect.arrayContaining([
        "N:;;;;",
        "ORG:Käthe & Söhne\\; Bau\\, GmbH",
        "FN:Käthe & Söhne\\; Bau\\, GmbH",
        "X-ABShowAs:COMPANY",
        "ADR;TYPE=WORK:;;;Köln;;;",
        "TEL;TYPE=WORK,FAX:0221 1",
      ]),
    );
    expect(readUnknown(text.replace(/X-ABShowAs.*\r\n/, ""))).toEqual(
      COMMERCIAL,
    );
  });
});

describe("readCard", () => {
  it("reads vCard 4 as other programs write it", () => {
    const text = [
      "BEGIN:VCARD",
      "VERSION:4.0",
      "UID:urn:uuid:F81D4FAE-7DEC-51D0-A765-00A0C91E6BF6",
      "FN:Zoë Maier",
      "N:Maier;Zoë;;Dr.;",
      'TEL;VALUE=uri;TYPE="cell,voice":tel:+49-171-4',
      "GENDER:F;Frau",
      "BDAY:19840229",
      'ADR;TYPE=home;LABEL="Weg 1: Hof":;;Weg 1;Ulm;;89073;',
      "END:VCARD",
    ].join("\n");
    expect(readCard(text)).toMatchObject({
      uid: UID,
      contact: {
        type: "private",
        fields: {
          firstName: "Zoë",
          lastName: "Maier",
          mobile: "+49-171-4",
          gender: "female",
          birthDate: "1984-02-29",
          street: "Weg 1",
          city: "Ulm",
          postalCode: "89073",
        },
      },
    });
  });

  it.each([
    ["X-GENDER:m", "male"],
    ["X-GENDER:weiblich", "female"],
    ["GENDER:O", "diverse"],
    ["GENDER:U", undefined],
    ["GENDER:;Mann", undefined],
  ])("reads %s as %s", (line, gender) =>
    expect(read(card("N:M;;;;", line))?.fields.gender).toBe(gender),
  );

  it.each([
    ["BDAY;VALUE=date:1984-02-29", "1984-02-29"],
    ["BDAY:19840229", "1984-02-29"],
    ["BDAY:1984-02-29T23:00:00Z", "1984-02-29"],
    ["BDAY;X-APPLE-OMIT-YEAR=1604:1604-02-29", undefined],
    ["BDAY:--0229", undefined],
    ["BDAY:1985-02-29", undefined],
  ])("reads %s as %s", (line, birthDate) =>
    expect(read(card("N:M;;;;", line))?.fields.birthDate).toBe(birthDate),
  );

  it("takes a card with nothing but FN for a person", () =>
    expect(read(card("FN:Zoë"))).toEqual({
      type: "private",
      fields: { lastName: "Zoë" },
    }));

  it("knows its own id before UID", () =>
    expect(readCard(card("UID:copy", `X-AMS-ID:${UID}`)).uid).toBe(UID));

  const two = card("N:M;;;;", "TEL;TYPE=CELL:1", "TEL;TYPE=CELL:2");

  it("of two numbers takes the known one, the first where nothing is known, and none for another", () => {
    expect(read(two)?.fields.mobile).toBe("1");
    expect(read(two, { mobile: "2" })?.fields.mobile).toBe("2");
    expect(read(two, { mobile: "3" })?.fields.mobile).toBe("3");
  });

  it("of two addresses takes the one that is like the known, the first where nothing is known", () => {
    const text = card(
      "N:M;;;;",
      "ADR;TYPE=HOME:;;Weg 1;Ulm;;;",
      "ADR;TYPE=WORK:;;Büro 1;Köln;;;",
      "ADR;TYPE=HOME:;;Weg 2;Köln;;50667;",
    );
    const known = { street: "Weg 3", city: "Köln", postalCode: "50667" };
    expect(read(text)?.fields.street).toBe("Weg 1");
    expect(read(text, known)?.fields.street).toBe("Weg 2");
  });
});
