import type { Contact, Fields } from "@ams-sync/sync-core";
import { describe, expect, it } from "vitest";
import { card, carry, linesIn } from "../testing/cards.js";
import { readCard } from "./index.js";

const KNOWN = {
  street: "Hauptstr. 1",
  postalCode: "50667",
  city: "Köln",
  country: "Deutschland",
};
const adr = (street: string, city: string, postalCode: string, label = "") =>
  `ADR${label}:;;${street};${city};;${postalCode};Deutschland`;
const HOME = ";TYPE=HOME";
const OURS = adr("Hauptstr. 1", "Köln", "50667", HOME);
const PARENTS = adr("Elternweg 9", "Köln", "50999", HOME);
const BERLIN = adr("Neue Str. 7", "Berlin", "10115", HOME);
const SYLT = adr("Strand 7", "Sylt", "25980", HOME);

const weber = (fields: Fields): Contact => ({
  type: "private",
  fields: { lastName: "Weber", ...fields },
});
const of = (...lines: readonly string[]) =>
  card("N:Weber;;;;", "FN:Weber", ...lines);
const told = (lines: readonly string[], known: Fields) => {
  const reading = readCard(of(...lines), weber(known));
  if (reading.kind === "unmapped") throw new Error(reading.obstacle);
  const { lastName: _, ...fields } = reading.contact.fields as Fields;
  return { fields, unclear: reading.unclear ?? [] };
};
const written = (lines: readonly string[], next: Fields) => {
  const record = weber(next);
  const { text } = carry(of(...lines), weber(KNOWN).fields, record);
  expect(carry(text, record.fields, record)).toMatchObject({
    ...{ received: [], text },
  });
  return linesIn(text).slice(4, -2);
};
const CITY = { street: "Neue Str. 7", city: "Berlin", postalCode: "10115" };

describe("of two addresses of one label", () => {
  it.each([
    ["whoever moves is not given that of the parents", [BERLIN, PARENTS]],
    ["none is taken that is not like ours", [SYLT, BERLIN]],
    [
      "none is taken where both are like ours",
      [OURS.replace("r. 1", "r. 2"), OURS.replace("r. 1", "r. 3")],
    ],
  ])("%s: ams keeps its own", (_, lines) => {
    for (const each of [lines, lines.toReversed()]) {
      const { fields, unclear } = told(each, KNOWN);
      expect(fields).toEqual(KNOWN);
      expect(unclear.toSorted()).toEqual(Object.keys(KNOWN).toSorted());
      const record = weber(KNOWN);
      const result = carry(of(...each), record.fields, record, "remote-wins");
      expect(result).toMatchObject({ received: [], text: of(...each) });
    }
  });

  it("the only one of which more than half is as it was is ours, corrected", () => {
    const corrected = OURS.replace("Hauptstr.", "Hauptstraße");
    for (const lines of [
      [corrected, PARENTS],
      [PARENTS, corrected],
    ])
      expect(told(lines, KNOWN)).toEqual({
        fields: { ...KNOWN, street: "Hauptstraße 1" },
        unclear: [],
      });
  });

  it("the one that says what is known is ours, however like the other is", () =>
    expect(
      told([OURS.replace("r. 1", "r. 2"), OURS], { ...KNOWN }),
    ).toMatchObject({ fields: KNOWN, unclear: [] }));

  it("the first, where nothing is known; the only one, whatever it says", () => {
    expect(told([BERLIN, PARENTS], {})).toMatchObject({
      ...{ fields: CITY, unclear: [] },
    });
    const work = PARENTS.replace("HOME", "WORK");
    expect(told([work, BERLIN], KNOWN)).toMatchObject({
      ...{ fields: CITY, unclear: [] },
    });
  });

  it("without a label it is the same", () => {
    const bare = [BERLIN, PARENTS].map((line) => line.replace(HOME, ""));
    expect(told(bare, KNOWN)).toMatchObject({ fields: KNOWN });
    expect(told(bare, KNOWN).unclear).not.toEqual([]);
  });
});

describe("what ams changes where none is ours", () => {
  const both = [SYLT, PARENTS];

  it("is put beside them as a whole", () => {
    expect(written(both, { ...KNOWN, street: "Weg 2" })).toEqual([
      ...both,
      adr("Weg 2", "Köln", "50667", HOME),
    ]);
    const { country: _, ...rest } = KNOWN;
    expect(written(both, { ...rest, street: "Weg 2" })).toEqual([
      ...both,
      "ADR;TYPE=HOME:;;Weg 2;Köln;;50667;",
    ]);
  });

  it("is not written where one of them says it", () => {
    const next = { ...KNOWN, street: "Elternweg 9", postalCode: "50999" };
    expect(written(both, next)).toEqual(both);
    expect(told(both, next).unclear).toEqual([]);
  });

  it("leaves them alone where it is something else", () =>
    expect(written(both, { ...KNOWN, fax: "1" })).toEqual([
      ...both,
      "TEL;TYPE=HOME,FAX:1",
    ]));
});
