import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  addLine,
  componentText,
  componentsOf,
  escapeText,
  escapeUri,
  firstLine,
  fold,
  linesOf,
  makeLine,
  paramOf,
  parseComponent,
  parseLine,
  partAt,
  removeLines,
  splitParts,
  stamp,
  typesOf,
  unescapeText,
  unfold,
  withPart,
  withValue,
  withoutType,
} from "./index.js";
import type { Component } from "./index.js";

const text = fc.string({
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
      ":",
      '"',
      " ",
      "n",
    ),
    fc.string({ unit: "grapheme", minLength: 1, maxLength: 1 }),
  ),
  maxLength: 200,
});
const parsed = (source: string): Component => {
  const component = parseComponent(source);
  if (component === undefined) throw new Error("not a component");
  return component;
};

describe("fold", () => {
  it("keeps every line within 75 octets and every character whole", () => {
    fc.assert(
      fc.property(
        text.map((t) => t.replace(/[\r\n]/g, "")),
        (line) => {
          const folded = fold(line);
          for (const physical of folded.split("\r\n")) {
            expect(Buffer.byteLength(physical)).toBeLessThanOrEqual(75);
            expect(Buffer.from(physical).toString()).toBe(physical);
          }
          expect(unfold(folded)).toBe(line);
        },
      ),
    );
  });

  it.each([
    ["ASCII up to the border", "x".repeat(75), "x".repeat(75)],
    ["ASCII over it", "x".repeat(76), `${"x".repeat(75)}\r\n x`],
    [
      "two octets at the border",
      `${"x".repeat(74)}ä`,
      `${"x".repeat(74)}\r\n ä`,
    ],
    [
      "four octets at the border",
      `${"x".repeat(72)}🏡`,
      `${"x".repeat(72)}\r\n 🏡`,
    ],
    ["four octets before it", `${"x".repeat(71)}🏡`, `${"x".repeat(71)}🏡`],
    ["twice", "x".repeat(150), `${"x".repeat(75)}\r\n ${"x".repeat(74)}\r\n x`],
  ])("%s", (_, line, folded) => expect(fold(line)).toBe(folded));

  it("is undone whatever the line ends and whatever the blank", () =>
    expect(unfold("NOTE:a\n b\r\n\tc\r\n  d")).toBe("NOTE:abc d"));
});

describe("escapes", () => {
  it("come back, for text and for web addresses", () => {
    fc.assert(
      fc.property(text, (value) => {
        expect(unescapeText(escapeText(value))).toBe(value);
        expect(unescapeText(escapeUri(value))).toBe(value);
        expect(escapeText(value)).not.toMatch(/[\r\n]/);
      }),
    );
  });

  it.each([
    ["http\\://a.de/?b=1\\,2\\;3", "http://a.de/?b=1,2;3"],
    ["a\\Nb\\nc", "a\nb\nc"],
    ["C:\\Daten\\x", "C:\\Daten\\x"],
    ["ends in \\", "ends in \\"],
  ])("reads %s", (value, read) => expect(unescapeText(value)).toBe(read));

  it("leave the semicolons of a web address alone, and its commas to no server", () =>
    expect(escapeUri("https://a.de/?b=1,2;3")).toBe("https://a.de/?b=1\\,2;3"));

  it("of parts come back part by part", () => {
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 8 }), (parts) => {
        const value = parts.map(escapeText).join(";");
        expect(splitParts(value).map(unescapeText)).toEqual(parts);
        expect(partAt(value, parts.length)).toBe("");
        const changed = withPart(value, 1, "neu; x", 3);
        expect(partAt(changed, 1)).toBe("neu; x");
        expect(partAt(changed, 0)).toBe(parts[0]);
        expect(splitParts(changed)).toHaveLength(Math.max(3, parts.length));
      }),
    );
  });
});

describe("lines", () => {
  it("knows names, groups and parameters however they are written", () => {
    const line = parseLine(
      'Item1.tel;type="home,voice";TYPE=pref;WORK;X-A="a:b;c":+49;1:2',
    );
    expect(line).toMatchObject({
      name: "TEL",
      group: "item1",
      value: "+49;1:2",
    });
    expect([...typesOf(line)]).toEqual(["HOME", "VOICE", "PREF", "WORK"]);
    expect(paramOf(line, "X-A")).toBe("a:b;c");
  });

  it("keeps head and parameters with a new value", () => {
    const line = parseLine('item1.TEL;type=CELL;X-A="a:b";VALUE=uri:tel:1');
    expect(withValue(line, "2", ["VALUE"], ["VALUE=text"]).raw).toBe(
      'item1.TEL;type=CELL;X-A="a:b";VALUE=text:2',
    );
    const old = parseLine(
      "NOTE;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=C3=A4",
    );
    expect(withValue(old, "ä").raw).toBe("NOTE:ä");
  });

  it.each([
    ["TEL;TYPE=HOME,WORK,VOICE:1", "TEL;TYPE=WORK,VOICE:1"],
    ['item1.tel;type="home,work":1', "item1.tel;TYPE=work:1"],
    ["TEL;type=home;type=WORK;X-A=home:1", "TEL;type=WORK;X-A=home:1"],
    ["TEL;HOME;WORK:1", "TEL;WORK:1"],
    ["TEL;TYPE=WORK:1", "TEL;TYPE=WORK:1"],
  ])("takes a type out of %s", (raw, without) =>
    expect(withoutType(parseLine(raw), "HOME").raw).toBe(without),
  );

  it("stamps to the second in UTC", () =>
    expect(stamp(Date.UTC(2024, 1, 29, 23, 59, 58, 999))).toBe(
      "20240229T235958Z",
    ));
});

describe("components", () => {
  const source = [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "BEGIN:VEVENT",
    "SUMMARY:Gespräch mit",
    "  Frau Müller",
    "BEGIN:VALARM",
    "ACTION:DISPLAY",
    "END:VALARM",
    "END:VEVENT",
    "END:VCALENDAR",
    "",
  ];

  it.each(["\r\n", "\n"])("come back line by line from %j", (newline) =>
    expect(componentText(parsed(source.join(newline)))).toBe(
      source.join("\r\n"),
    ),
  );

  it("has new properties before inner blocks", () => {
    const [event] = componentsOf(parsed(source.join("\r\n")), "VEVENT");
    const next = addLine(event as Component, makeLine("X-A", "1"));
    expect(componentText(next)).toMatch(/Müller\r\nX-A:1\r\nBEGIN:VALARM/);
    expect(firstLine(next, "SUMMARY")?.value).toBe("Gespräch mit Frau Müller");
  });

  it.each([
    "",
    "Hallo",
    "BEGIN:VCARD\r\nFN:x",
    "BEGIN:VCARD\r\nEND:VEVENT",
    "END:VCARD",
  ])("are not in %j", (other) => expect(parseComponent(other)).toBeUndefined());

  it("reads past a byte order mark, blank lines and lines that say nothing", () => {
    const card = parsed(
      "\uFEFFBEGIN:VCARD\r\n\r\nnonsense\r\nFN:Ö\r\nEND:VCARD\r\n",
    );
    expect(firstLine(card, "FN")?.value).toBe("Ö");
    expect(componentText(card)).toContain("nonsense\r\n");
  });

  it("removes a label with the last property of its group, not before", () => {
    const card = parsed(
      [
        "BEGIN:VCARD",
        "item1.TEL:1",
        "item1.X-ABLabel:Büro",
        "item2.TEL:2",
        "item2.EMAIL:a@b.de",
        "item2.X-ABLabel:Haus",
        "END:VCARD",
      ].join("\n"),
    );
    expect(componentText(removeLines(card, linesOf(card, "TEL")))).toBe(
      "BEGIN:VCARD\r\nitem2.EMAIL:a@b.de\r\nitem2.X-ABLabel:Haus\r\nEND:VCARD\r\n",
    );
  });
});
