import type { Contact, Fields } from "@ams-sync/sync-core";
import { describe, expect, it } from "vitest";
import { readCard } from "./index.js";
import { card, carry, contactIn, linesIn, read } from "../testing/cards.js";

const anna = (fields: Fields): Contact => ({
  type: "private",
  fields: { lastName: "Weber", ...fields },
});
const of = (...lines: readonly string[]) =>
  card("N:Weber;;;;", "FN:Weber", ...lines);
const held = (lines: readonly string[], known: Fields = {}) => {
  const { lastName: _, ...rest } = read(of(...lines), known)?.fields ?? {};
  return rest;
};
const unclear = (lines: readonly string[], known: Fields) => {
  const told = readCard(of(...lines), anna(known));
  return told.kind === "card" ? (told.unclear ?? []) : undefined;
};
const written = (lines: readonly string[], base: Fields, next: Fields) =>
  linesIn(carry(of(...lines), anna(base).fields, anna(next)).text).slice(4, -2);

describe("numbers and addresses without a label", () => {
  it.each([
    "TEL:0221 4711",
    "TEL;TYPE=VOICE:0221 4711",
    "TEL;PREF=1:0221 4711",
  ])("%s is a person's own telephone, and a firm's at work", (line) => {
    expect(held([line])).toEqual({ phonePrivate: "0221 4711" });
    const firm = contactIn(card("N:;;;;", "FN:W", "ORG:W", line));
    expect(firm?.fields).toEqual({ name: "W", phoneBusiness: "0221 4711" });
  });

  it("an address without a label is ours", () => {
    const line = "ADR:;;Weg 1;Köln;;50667;Deutschland";
    const there = { street: "Weg 1", city: "Köln", postalCode: "50667" };
    expect(held([line])).toEqual({ ...there, country: "Deutschland" });
    expect(held(["ADR;TYPE=WORK:;;Weg 1;Köln;;50667;"])).toEqual({});
  });

  it("are not, where one has the label", () =>
    expect(
      held([
        ...["TEL:1", "TEL;TYPE=HOME:2"],
        ...["ADR:;;Weg 1;;;;", "ADR;TYPE=HOME:;;Weg 2;;;;"],
      ]),
    ).toEqual({ phonePrivate: "2", street: "Weg 2" }));

  it("stay ours when somebody adds one with the label", () => {
    const there = ["TEL:0221 1", "ADR:;;Weg 1;Köln;;;"];
    const lines = [
      ...["TEL;TYPE=HOME:040 99", "ADR;TYPE=HOME:;;Strand 7;Sylt;;;"],
      ...there,
    ];
    const base = { phonePrivate: "0221 1", street: "Weg 1", city: "Köln" };
    expect(held(lines, base)).toEqual(base);
    expect(written(lines, base, base)).toEqual(lines);
    const next = { ...base, phonePrivate: "0221 2", city: "Bonn" };
    expect(written(lines, base, next)).toEqual([
      ...lines.slice(0, 2),
      ...["TEL:0221 2", "ADR:;;Weg 1;Bonn;;;"],
    ]);
    const cells = ["TEL;TYPE=CELL:0160 1", "TEL:0171 2"];
    expect(held(cells, { mobile: "0171 2" })).toEqual({ mobile: "0171 2" });
  });

  it("are not ours for saying a part of it where the one with the label changed", () => {
    const known = {
      street: "Weg 1",
      postalCode: "50667",
      city: "Köln",
      country: "Deutschland",
    };
    const moved = [
      "ADR:;;Gasse 9;Köln;;50999;Deutschland",
      "ADR;TYPE=HOME:;;Strand 7;Sylt;;25980;Deutschland",
    ];
    expect(held(moved, known)).toMatchObject({ city: "Sylt" });
    // The street was spelt in full.
    const spelt = ["ADR:;;Weg Nr. 1;Köln;;50667;Deutschland", moved[1]!];
    expect(held(spelt, known)).toEqual({ ...known, street: "Weg Nr. 1" });
  });

  it("are what is known of them", () => {
    const lines = ["TEL:0170 1", "TEL:0221 2"];
    const known = { mobile: "0170 1", phoneBusiness: "0221 2" };
    expect(held(lines, known)).toEqual(known);
    expect(held(lines)).toEqual({ phonePrivate: "0170 1" });
  });

  it("are changed and removed where they stand", () => {
    const lines = ["TEL:0221 1", "ADR:;;Weg 1;Köln;;;", "X-OWN:1"];
    const base = { phonePrivate: "0221 1", street: "Weg 1", city: "Köln" };
    const next = { ...base, phonePrivate: "0221 2", city: "Bonn" };
    const after = ["TEL:0221 2", "ADR:;;Weg 1;Bonn;;;", "X-OWN:1"];
    expect(written(lines, base, next)).toEqual(after);
    expect(written(lines, base, {})).toEqual(["X-OWN:1"]);
    expect(written(lines, base, base)).toEqual(lines);
  });
});

describe("what was emptied in ams", () => {
  const number = { phonePrivate: "0221 1" };
  const home = { street: "Weg 1", city: "Köln" };

  it.each<[string, readonly string[], Fields, readonly string[], Fields?]>([
    [
      "also without the label",
      ["TEL;TYPE=HOME:0221 1", "TEL:0221 1", "X-OWN:1"],
      number,
      ["X-OWN:1"],
    ],
    [
      "twice with the label",
      ["TEL;TYPE=HOME:0221 1", "X-OWN:1", "TEL;TYPE=HOME,VOICE:0221 1 "],
      number,
      ["X-OWN:1"],
    ],
    [
      "at work as well, which stays",
      ["TEL;TYPE=HOME,WORK:0221 1", "TEL:0221 1"],
      { ...number, phoneBusiness: "0221 1" },
      ["TEL;TYPE=WORK:0221 1"],
      { phoneBusiness: "0221 1" },
    ],
    [
      "a mobile number that would come back as the one at home",
      ["TEL;TYPE=CELL:0170 1", "TEL;TYPE=VOICE:0170 1"],
      { mobile: "0170 1" },
      [],
    ],
    [
      "a mail address that stands there twice",
      ["EMAIL:a@b.example", "EMAIL;TYPE=WORK:a@b.example"],
      { email: "a@b.example" },
      [],
    ],
    [
      "an address also without the label",
      ["ADR;TYPE=HOME:;;Weg 1;Köln;;;", "ADR:;;Weg 1;Köln;;;", "X-OWN:1"],
      home,
      ["X-OWN:1"],
    ],
    [
      "an address twice with the label, at work as well",
      [
        "ADR;TYPE=HOME:Fach 1;;Weg 1;Köln;;;",
        "ADR;TYPE=HOME,WORK:;;Weg 1;Köln;;;",
      ],
      home,
      ["ADR;TYPE=HOME:Fach 1;;;;;;", "ADR;TYPE=WORK:;;Weg 1;Köln;;;"],
    ],
  ])("goes there wherever it stands: %s", (_, lines, base, left, kept = {}) => {
    for (const policy of ["ams-wins", "remote-wins"] as const) {
      const next = anna(kept);
      const { text } = carry(of(...lines), anna(base).fields, next, policy);
      expect(linesIn(text).slice(4, -2)).toEqual(left);
      // Neither from what is agreed then nor after a reset, which forgets it, does it come back.
      expect(carry(text, next.fields, next, policy).received).toEqual([]);
      expect(read(text)).toEqual(next);
    }
  });

  it("goes from where it was changed before, too", () => {
    const lines = [
      ...["TEL;TYPE=HOME:0221 1", "TEL:0221 1", "X-OWN:1"],
      ...["ADR;TYPE=HOME:;;Weg 1;Köln;;;", "ADR:;;Weg 1;Köln;;;"],
    ];
    const before = { ...number, ...home };
    const after = { phonePrivate: "0221 2", street: "Weg 2", city: "Köln" };
    const changed = written(lines, before, after);
    expect(changed).toEqual([
      ...["TEL;TYPE=HOME:0221 2", "TEL:0221 2", "X-OWN:1"],
      ...["ADR;TYPE=HOME:;;Weg 2;Köln;;;", "ADR:;;Weg 2;Köln;;;"],
    ]);
    expect(written(changed, after, {})).toEqual(["X-OWN:1"]);
  });

  it("leaves what says something else", () => {
    const lines = ["TEL;TYPE=HOME:0221 1", "TEL;TYPE=WORK:0221 1"];
    expect(written(lines, number, {})).toEqual(lines.slice(1));
    const places = ["ADR;TYPE=HOME:;;Weg 1;Köln;;;", "ADR:;;Weg 2;Köln;;;"];
    expect(written(places, home, {})).toEqual(places.slice(1));
  });
});

describe("a number without a label that ams has as the telephone and as the mobile", () => {
  const [A, B, C] = ["0170 1", "0170 2", "0170 3"];
  const both = { mobile: A, phonePrivate: A };
  const bare = `TEL:${A}`;
  const cell = `TEL;TYPE=CELL:${A}`;

  it.each<[readonly string[], Fields, readonly string[]]>([
    [[bare], { ...both, mobile: B }, [bare, `TEL;TYPE=CELL:${B}`]],
    [[bare], { ...both, phonePrivate: B }, [bare, `TEL;TYPE=HOME,VOICE:${B}`]],
    [[bare], { mobile: A }, [bare]],
    [[bare], { phonePrivate: A }, [bare]],
    [[bare], {}, []],
    [[bare], { mobile: B }, [`TEL:${B}`]],
    [
      [bare],
      { mobile: B, phonePrivate: C },
      [`TEL:${C}`, `TEL;TYPE=CELL:${B}`],
    ],
    [[cell, bare], { ...both, mobile: B }, [`TEL;TYPE=CELL:${B}`, bare]],
    [[cell, bare], { ...both, phonePrivate: B }, [cell, `TEL:${B}`]],
    [[cell, bare], { phonePrivate: A }, [bare]],
  ])("%j becomes %j: only what was changed", (lines, fields, left) => {
    expect(held(lines, both)).toEqual(both);
    const next = anna(fields);
    for (const policy of ["ams-wins", "remote-wins"] as const) {
      const { text } = carry(of(...lines), anna(both).fields, next, policy);
      expect(linesIn(text).slice(4, -2)).toEqual(left);
      const after = carry(text, next.fields, next, policy);
      expect(after).toMatchObject({ received: [], text });
    }
  });
});

describe("of several, where ours is there no longer as it was", () => {
  const others = ["EMAIL:privat@heim.example"];
  const base = { email: "anna@arbeit.example" };

  it("the one that is like it was corrected", () =>
    expect(held([...others, "EMAIL:anna.weber@arbeit.example"], base)).toEqual({
      email: "anna.weber@arbeit.example",
    }));

  it("none is taken for it that is not like it, or where two are: ams keeps its own", () => {
    for (const lines of [
      [...others, "EMAIL:verein@club.example"],
      ["EMAIL:anna@arbeit.test", "EMAIL:anne@arbeit.example"],
    ]) {
      expect(held(lines, base)).toEqual(base);
      expect(carry(of(...lines), anna(base).fields, anna(base))).toMatchObject({
        ...{ received: [], text: of(...lines) },
      });
      expect(unclear(lines, base)).toEqual(["email"]);
      // What ams changes then is put beside them, unless it is one of them.
      const said = { email: lines.at(-1)!.slice("EMAIL:".length) };
      expect(written(lines, base, said)).toEqual(lines);
      expect(unclear(lines, said)).toEqual([]);
      expect(written(lines, base, { email: "neu@arbeit.example" })).toEqual([
        ...lines,
        "EMAIL;TYPE=INTERNET:neu@arbeit.example",
      ]);
    }
  });

  it("the only one took its place, and none says that it was removed", () => {
    expect(held(others, base)).toEqual({ email: "privat@heim.example" });
    expect(held([], base)).toEqual({});
  });

  it("nobody is asked where it is clear", () => {
    for (const [lines, known] of [
      [others, base],
      [[...others, "EMAIL:anna.weber@arbeit.example"], base],
      [[...others, "EMAIL:b@c.example"], {}],
      [[], base],
    ] as const)
      expect(unclear(lines, known)).toEqual([]);
  });

  it("nothing known: the first", () =>
    expect(held([...others, "EMAIL:b@c.example"])).toEqual({
      email: "privat@heim.example",
    }));
});
