import type { Contact, Fields } from "@ams-sync/sync-core";
import { describe, expect, it } from "vitest";
import { card, carry, linesIn, read } from "../testing/cards.js";

const weber = (fields: Fields): Contact => ({
  type: "private",
  fields: { lastName: "Weber", ...fields },
});
const of = (...lines: readonly string[]) =>
  card("N:Weber;;;;", "FN:Weber", ...lines);
const POLICIES = ["ams-wins", "remote-wins"] as const;

/** What a run leaves of the lines, and that the next one finds nothing to do. */
const left = (lines: readonly string[], base: Fields, next: Fields) => {
  const record = weber(next);
  const results = POLICIES.map((policy) => {
    const done = carry(of(...lines), weber(base).fields, record, policy);
    const again = carry(done.text, record.fields, record, policy);
    expect(again).toMatchObject({ received: [], text: done.text });
    return linesIn(done.text).slice(4, -2);
  });
  expect(results[1]).toEqual(results[0]);
  return results[0];
};
const inward = (lines: readonly string[], base: Fields) => {
  const known = weber(base);
  return carry(of(...lines), known.fields, known).record;
};

const [A, B, C] = ["0171 1234567", "0171 7654321", "0221 3"];
const OWN_WORD = [`item1.TEL:${A}`, "item1.X-ABLABEL:Diensthandy"];

describe("a number that was given another label", () => {
  it.each([
    [OWN_WORD],
    [[`TEL;TYPE=MAIN:${A}`]],
    [[`TEL;TYPE=OTHER,VOICE:${A}`]],
    [[`TEL;TYPE=PAGER:${A}`]],
  ])("%j is the one that it was", (lines) => {
    for (const field of ["mobile", "phonePrivate", "phoneBusiness", "fax"]) {
      const base = { [field]: A };
      expect(inward(lines, base)).toEqual(weber(base).fields);
      expect(left(lines, base, base)).toEqual(lines);
    }
  });

  it("is changed and emptied where it stands", () => {
    const changed = [OWN_WORD[0]!.replace(A, B), OWN_WORD[1]!];
    expect(left(OWN_WORD, { mobile: A }, { mobile: B })).toEqual(changed);
    expect(left([...OWN_WORD, "X-OWN:1"], { mobile: A }, {})).toEqual([
      "X-OWN:1",
    ]);
  });

  it("is another one where its label is that of another field", () => {
    const moved = [`TEL;TYPE=HOME:${A}`];
    expect(inward(moved, { mobile: A })).toEqual(
      weber({ phonePrivate: A }).fields,
    );
  });

  it("is nobody's where nothing is known, it says something else, or ours is there", () => {
    expect(read(of(...OWN_WORD), { lastName: "Weber" })?.fields).toEqual({
      lastName: "Weber",
    });
    expect(inward(OWN_WORD, { mobile: B })).toEqual(weber({}).fields);
    const beside = [`TEL;TYPE=CELL:${A}`, ...OWN_WORD];
    expect(left(beside, { mobile: A }, { mobile: B })).toEqual([
      `TEL;TYPE=CELL:${B}`,
      ...OWN_WORD,
    ]);
    expect(left(beside, { mobile: A }, {})).toEqual(OWN_WORD);
  });

  it("stays ours where somebody adds one with the label", () =>
    expect(inward([...OWN_WORD, `TEL;TYPE=CELL:${B}`], { mobile: A })).toEqual(
      weber({ mobile: A }).fields,
    ));

  it("stays as it is while it is all that says another field", () => {
    const both = { mobile: A, phonePrivate: A };
    expect(inward(OWN_WORD, both)).toEqual(weber(both).fields);
    expect(left(OWN_WORD, both, { ...both, mobile: B })).toEqual([
      ...OWN_WORD,
      `TEL;TYPE=CELL:${B}`,
    ]);
    expect(left(OWN_WORD, both, { mobile: A })).toEqual(OWN_WORD);
    expect(left(OWN_WORD, both, { mobile: B, phonePrivate: C })).toEqual([
      OWN_WORD[0]!.replace(A, C),
      OWN_WORD[1],
      `TEL;TYPE=CELL:${B}`,
    ]);
    expect(left(OWN_WORD, both, {})).toEqual([]);
  });

  it("is not overwritten where the new one is there already", () => {
    // Written, and the answer was lost: nobody knows yet that it was agreed.
    const lines = [`TEL;TYPE=CELL:${B}`, ...OWN_WORD];
    expect(left(lines, { mobile: A }, { mobile: B })).toEqual(lines);
  });
});

describe("an address that was given another label", () => {
  const base = { street: "Weg 1", city: "Köln" };
  const own = ["item1.ADR:;;Weg 1;Köln;;;", "item1.X-ABLABEL:Zuhause neu"];

  it.each([[own], [["ADR;TYPE=OTHER:;;Weg 1;Köln;;;"]]])(
    "%j is the one that it was, and is changed and emptied where it stands",
    (lines) => {
      expect(inward(lines, base)).toEqual(weber(base).fields);
      expect(left(lines, base, base)).toEqual(lines);
      const changed = lines.map((line) => line.replace("Weg 1", "Weg 2"));
      expect(left(lines, base, { ...base, street: "Weg 2" })).toEqual(changed);
      expect(left(lines, base, {})).toEqual([]);
    },
  );

  it("stays at work as it is", () => {
    const lines = ["ADR;TYPE=WORK:Fach 1;;Weg 1;Köln;;;"];
    expect(inward(lines, base)).toEqual(weber(base).fields);
    expect(left(lines, base, {})).toEqual(lines);
    expect(left(lines, base, { ...base, street: "Weg 2" })).toEqual([
      ...lines,
      "ADR;TYPE=HOME:Fach 1;;Weg 2;Köln;;;",
    ]);
  });

  it("is nobody's where nothing is known, it says more or less, or ours is there", () => {
    expect(inward(own, {})).toEqual(weber({}).fields);
    expect(inward(own, { city: "Köln" })).toEqual(weber({}).fields);
    expect(inward(own, { ...base, postalCode: "50667" })).toEqual(
      weber({}).fields,
    );
    const beside = ["ADR;TYPE=HOME:;;Weg 1;Köln;;;", ...own];
    expect(left(beside, base, {})).toEqual(own);
  });
});
