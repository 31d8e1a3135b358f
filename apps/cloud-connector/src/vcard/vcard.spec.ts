import type { Contact, Fields } from "@ams-sync/sync-core";
import { describe, expect, it } from "vitest";
import { newCard, readCard, updateCard } from "./index.js";

const UID = "f81d4fae-7dec-51d0-a765-00a0c91e6bf6";
const NOW = Date.UTC(2026, 10, 22, 9, 30);

const PRIVATE: Contact = {
  type: "private",
  fields: {
    firstName: "Jörg-Uwe",
    lastName: "Müller, Lüdenscheidt",
    street: "Große Straße 1; Hof",
    country: "Deutschland",
    postalCode: "01067",
    city: "Dresden",
    profession: "Bäcker",
    phonePrivate: "+49 351 1",
    phoneBusiness: "0351/2",
    fax: "0351 3",
    mobile: "0171 4",
    email: "joerg@müller.de",
    webPage: "https://müller.de/?a=1,2;3",
    gender: "diverse",
    birthDate: "1984-02-29",
  },
};
const COMMERCIAL: Contact = {
  type: "commercial",
  fields: { name: "Käthe & Söhne; Bau, GmbH", city: "Köln", fax: "0221 1" },
};

const card = (...lines: readonly string[]) =>
  ["BEGIN:VCARD", "VERSION:3.0", ...lines, "END:VCARD", ""].join("\r\n");
const linesIn = (text: string) => text.split("\r\n");
const read = (text: string, known?: Fields) => readCard(text, known)?.contact;
const change = (text: string, fields: Fields, known?: Fields) => {
  const current = read(text, known) as Contact;
  const next = Object.entries({ ...current.fields, ...fields });
  return updateCard(
    text,
    {
      type: current.type,
      fields: Object.fromEntries(next.filter(([, value]) => value !== "")),
    },
    { now: NOW, current: current.fields },
  );
};

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
    expect(read(text.replace(/X-ABShowAs.*\r\n/, ""))).toEqual(COMMERCIAL);
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
    expect(readCard(card("UID:copy", `X-AMS-ID:${UID}`))?.uid).toBe(UID));

  it.each(["", "BEGIN:VCALENDAR\nEND:VCALENDAR", "<html>"])(
    "finds no card in %j",
    (text) => expect(readCard(text)).toBeUndefined(),
  );

  const two = card("N:M;;;;", "TEL;TYPE=CELL:1", "TEL;TYPE=CELL:2");

  it("of two numbers takes the known one, else the first", () => {
    expect(read(two)?.fields.mobile).toBe("1");
    expect(read(two, { mobile: "2" })?.fields.mobile).toBe("2");
    expect(read(two, { mobile: "3" })?.fields.mobile).toBe("1");
  });

  it("of two addresses takes the one that agrees most", () => {
    const text = card(
      "N:M;;;;",
      "ADR;TYPE=HOME:;;Weg 1;Ulm;;;",
      "ADR;TYPE=WORK:;;Büro 1;Köln;;;",
      "ADR;TYPE=HOME:;;Weg 2;Köln;;;",
    );
    const known = { street: "Weg 3", city: "Köln" };
    expect(read(text)?.fields.street).toBe("Weg 1");
    expect(read(text, known)?.fields.street).toBe("Weg 2");
  });
});

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

  it("turns a person into a company and back", () => {
    const company = updateCard(text, COMMERCIAL, {
      now: NOW,
      current: PRIVATE.fields,
    });
    expect(read(company)).toEqual(COMMERCIAL);
    expect(company).toContain("\r\nN:;;;;\r\n");
    const person = updateCard(company, PRIVATE, { now: NOW });
    expect(read(person)).toEqual(PRIVATE);
    expect(person).not.toMatch(/ORG|X-ABShowAs/);
  });

  it("loses nothing of a company that a phone made look like a person", () => {
    const person = newCard(UID, COMMERCIAL, 0)
      .replace(/X-ABShowAs.*\r\n/, "")
      .replace("N:;;;;", "N:Maier;Zoë;;;");
    const seen = read(person) as Contact;
    expect(seen.type).toBe("private");
    const next = updateCard(
      person,
      {
        type: "commercial",
        fields: { ...seen.fields, email: "info@käthe.de" },
      },
      { now: NOW, current: seen.fields },
    );
    expect(next).toContain("ORG:Käthe & Söhne");
    expect(next).toContain("ADR;TYPE=WORK:;;;Köln;;;");
    expect(next).toContain("EMAIL;TYPE=INTERNET:info@käthe.de");
  });
});
