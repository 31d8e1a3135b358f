import type { Contact, Fields } from "@ams-sync/sync-core";
import { describe, expect, it } from "vitest";
import { carry as carried, contactIn } from "../testing/cards.js";

/** What a run makes of a card whose link remembers `base`, once the record is `record`. */
const carry = (text: string, base: Fields, record: Contact): string =>
  carried(text, base, record).text;
const card = (...lines: readonly string[]) =>
  ["BEGIN:VCARD", "VERSION:3.0", ...lines, "END:VCARD", ""].join("\r\n");
const linesIn = (text: string) => text.split("\r\n");

const hans = (fields: Fields): Contact => ({
  type: "private",
  fields: { lastName: "Müller", ...fields } as Contact["fields"],
});
const text = (...lines: readonly string[]) =>
  card("N:Müller;;;;", "FN:Müller", ...lines);
const lastLines = (of: string, count = 2) => linesIn(of).slice(4, 4 + count);

describe("one number at home and at work", () => {
  const base = hans({ phonePrivate: "030 1", phoneBusiness: "030 1" }).fields;

  it.each([
    "TEL;TYPE=HOME,WORK,VOICE:030 1",
    'TEL;TYPE="home,work,voice":030 1',
    "item1.TEL;type=HOME;type=WORK;type=VOICE:030 1",
    "TEL;HOME;WORK;VOICE:030 1",
  ])("is two in ams: %s", (line) => {
    const shared = text(line);
    const read = (of: string) => contactIn(of, hans(base))?.fields;
    expect(read(shared)).toEqual(base);
    const changes: readonly Fields[] = [
      { phonePrivate: "030 2", phoneBusiness: "030 1" },
      { phonePrivate: "030 1", phoneBusiness: "030 2" },
      { phonePrivate: "030 2", phoneBusiness: "030 3" },
      { phoneBusiness: "030 1" },
      { phonePrivate: "030 1" },
      { phonePrivate: "030 2" },
      {},
    ];
    for (const fields of changes) {
      const record = hans(fields);
      const next = carry(shared, base, record);
      expect(contactIn(next, record)).toEqual(record);
    }
  });

  it("keeps its place where it is left alone", () => {
    const shared = text("TEL;TYPE=HOME,WORK,VOICE:030 1");
    expect(
      lastLines(carry(shared, base, hans({ ...base, phonePrivate: "030 2" }))),
    ).toEqual(["TEL;TYPE=WORK,VOICE:030 1", "TEL;TYPE=HOME,VOICE:030 2"]);
    expect(
      lastLines(carry(shared, base, hans({ phonePrivate: "030 1" })), 1),
    ).toEqual(["TEL;TYPE=HOME,VOICE:030 1"]);
  });
});

describe("one address at home and at work", () => {
  const base = hans({ street: "Weg 1", city: "Köln" }).fields;
  const shared = text("ADR;TYPE=HOME,WORK:Postfach 1;;Weg 1;Köln;;;");

  it("stays at work when ams changes the private one", () =>
    expect(
      lastLines(carry(shared, base, hans({ street: "Weg 2", city: "Köln" }))),
    ).toEqual([
      "ADR;TYPE=WORK:Postfach 1;;Weg 1;Köln;;;",
      "ADR;TYPE=HOME:Postfach 1;;Weg 2;Köln;;;",
    ]));

  it("stays at work when ams empties the private one", () =>
    expect(lastLines(carry(shared, base, hans({})))).toEqual([
      "ADR;TYPE=WORK:Postfach 1;;Weg 1;Köln;;;",
      "END:VCARD",
    ]));
});

describe("an address that a user gave another label", () => {
  const base = hans({
    street: "Weg 1",
    postalCode: "01067",
    city: "Dresden",
    country: "Deutschland",
  }).fields;
  const other = text(
    "item1.ADR;type=OTHER:;;Weg 1;Dresden;;01067;Deutschland",
    "item1.X-ABLabel:Ferien",
  );

  it("is changed where it stands when ams changes the street", () => {
    const record = hans({ ...base, street: "Weg 2" });
    const next = carry(other, base, record);
    expect(lastLines(next, 3)).toEqual([
      "item1.ADR;type=OTHER:;;Weg 2;Dresden;;01067;Deutschland",
      "item1.X-ABLabel:Ferien",
      "END:VCARD",
    ]);
    expect(carry(next, record.fields, record)).toBe(next);
  });

  it("loses there a part that ams empties meanwhile", () => {
    const { country: _, ...rest } = base;
    expect(carry(other, base, hans({ ...rest, street: "Weg 2" }))).toContain(
      "item1.ADR;type=OTHER:;;Weg 2;Dresden;;01067;\r\n",
    );
  });

  it("is sent whole beside it when it is not what ams had, and ams changes the street", () => {
    const known = { ...base, postalCode: "01069" };
    const next = carry(other, known, hans({ ...known, street: "Weg 2" }));
    expect(lastLines(next, 3)).toEqual([
      "item1.ADR;type=OTHER:;;Weg 1;Dresden;;01067;Deutschland",
      "item1.X-ABLabel:Ferien",
      "ADR;TYPE=HOME:;;Weg 2;Dresden;;01069;Deutschland",
    ]);
  });

  it("is left alone when ams changes something else", () =>
    expect(carry(other, base, hans({ ...base, fax: "1" }))).not.toContain(
      "ADR;TYPE=HOME",
    ));
});
