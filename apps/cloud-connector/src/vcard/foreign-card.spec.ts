import { describe, expect, it } from "vitest";
import { card, readUnknown } from "../testing/cards.js";
import { readCard } from "./index.js";

const about = (...lines: readonly string[]) => {
  const reading = readCard(card("N:Muster;Max;;;", ...lines));
  if (reading.kind === "unmapped") throw new Error(reading.obstacle);
  return reading;
};
const obstacle = (text: string) => {
  const reading = readCard(text);
  return reading.kind === "unmapped" ? reading.obstacle : undefined;
};

describe("categories", () => {
  it.each([
    [["CATEGORIES:Kunde"], ["Kunde"]],
    [["CATEGORIES:Kunde,VIP"], ["Kunde", "VIP"]],
    [["CATEGORIES: Kunde , VIP ,,"], ["Kunde", "VIP"]],
    [["CATEGORIES:Haus\\, Hof,Kunde"], ["Haus, Hof", "Kunde"]],
    [["CATEGORIES:Kunde;VIP"], ["Kunde", "VIP"]],
    [["CATEGORIES:A\\;B\\\\,C"], ["A;B\\", "C"]],
    [
      ["CATEGORIES:Kunde", "categories;LANGUAGE=de:VIP,Kunde"],
      ["Kunde", "VIP"],
    ],
    [["item3.CATEGORIES;PREF=1:Kunde"], ["Kunde"]],
    [["CATEGORIES:Ku", " nde"], ["Kunde"]],
    [["CATEGORIES:Gru\u0308n"], ["Gr\u00FCn"]],
    [["CATEGORIES:"], []],
    [[], []],
  ])("of %j are %j", (lines, categories) =>
    expect(about(...lines).categories).toEqual(categories),
  );
});

describe("the time of the last change", () => {
  const noon = Date.UTC(2026, 10, 22, 12);
  it.each([
    ["20261122T120000Z", noon],
    ["2026-11-22T12:00:00Z", noon],
    ["2026-11-22T12:00:00.123Z", noon],
    ["20261122T130000+0100", noon],
    ["2026-11-22T13:00:00+01:00", noon],
    ["20261122T0900-03", noon],
    ["20261122T120000", noon],
    ["2026-11-22", noon],
    ["20261122", noon],
    ["2026-11-22T25:00:00Z", undefined],
    ["20261131T120000Z", undefined],
    ["19700101T000000Z", undefined],
    ["00001231T000000Z", undefined],
    ["999991122T120000Z", undefined],
    ["gestern", undefined],
    ["", undefined],
  ])("is %s: %s", (rev, changedAt) =>
    expect(about(`REV:${rev}`).changedAt).toBe(changedAt),
  );

  it("is unknown without REV", () =>
    expect(about()).not.toHaveProperty("changedAt"));
});

describe("what is no contact", () => {
  it.each([
    ["group", card("KIND:group", "FN:Alle", "MEMBER:urn:uuid:1")],
    ["group", card("X-ADDRESSBOOKSERVER-KIND:Group", "FN:Alle")],
    ["group", card("item1.kind;X=1: GROUP", "FN:Alle")],
    ["no-item", card("KIND:location", "FN:Saal")],
    ["no-item", card("KIND:device", "FN:Drucker")],
    ["no-item", "BEGIN:VCALENDAR\nEND:VCALENDAR"],
    ["unreadable", ""],
    ["unreadable", "<html>"],
    ["unreadable", card("FN:A").slice(0, -5)],
    ["unreadable", card("FN:A") + card("FN:B")],
    ["unreadable", `Hallo\r\n${card("FN:A")}`],
    ["unreadable", card("FN:A\0")],
    ["unreadable", card("FN:M\uFDD0ller")],
    ["unreadable", card("N;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;;;;")],
    ["unreadable", card("FN;QUOTED-PRINTABLE;ENCODING=q:M=C3=BCller")],
    ["unreadable", card("BEGIN:X", "FN:A")],
  ])("%s: %j", (reason, text) => expect(obstacle(text)).toBe(reason));

  it("has its id all the same", () =>
    expect(readCard(card("KIND:group", "UID:urn:uuid:A-B"))).toEqual({
      kind: "unmapped",
      uid: "a-b",
      obstacle: "group",
    }));
});

describe("what a card is that no record is known of", () => {
  it.each([
    ["commercial", ["KIND:org", "N:Muster;Max;;;", "ORG:Muster GmbH"]],
    ["commercial", ["ORG:Muster GmbH", "FN:Muster GmbH"]],
    ["commercial", ["N:;;;;", "ORG:Muster GmbH;Vertrieb"]],
    ["commercial", ["N:Muster;Max;;;", "ORG:M", "X-ABShowAs:company"]],
    ["private", ["N:Muster;Max;;;", "ORG:Muster GmbH"]],
    ["private", ["KIND:individual", "FN:Max Muster", "ORG:Muster GmbH"]],
    ["private", ["FN:Max Muster"]],
  ])("%s: %j", (type, lines) =>
    expect(readUnknown(card(...lines))?.type).toBe(type),
  );
});
