import type { Contact, Fields } from "@ams-sync/sync-core";
import { describe, expect, it } from "vitest";
import {
  card,
  carry,
  linesIn,
  NOW,
  read,
  readUnknown,
} from "../testing/cards.js";
import { readCard, updateCard } from "./index.js";

const ANNA = { firstName: "Anna", lastName: "Müller" };
const anna = (fields: Fields = {}): Contact => ({
  type: "private",
  fields: { ...ANNA, ...fields },
});
const changed = (text: string, known: Fields, wanted: Contact) => {
  const current = read(text, known);
  if (current === undefined) throw new Error("no card");
  return linesIn(updateCard(text, wanted, { now: NOW, current }));
};

describe("a card without N, which RFC 6350 6.2.2 allows", () => {
  const text = card("UID:u", "FN:Anna Müller");

  it.each(["", "N:;;;;"])("stands for the names that are known (%s)", (n) => {
    const bare = card("UID:u", ...(n === "" ? [] : [n]), "FN:Anna Müller");
    expect(read(bare, ANNA)?.fields).toEqual(ANNA);
    expect(carry(bare, ANNA, anna())).toEqual({
      ...{ text: bare, received: [], record: ANNA },
    });
  });

  it("says what changed of them", () => {
    const named = (shown: string) =>
      read(card("UID:u", `FN:${shown}`), ANNA)?.fields;
    expect(named("Anna Meier")).toEqual({ ...ANNA, lastName: "Meier" });
    expect(named("Anne Müller")).toEqual({ ...ANNA, firstName: "Anne" });
    expect(named("Bernd Krause")).toEqual({ lastName: "Bernd Krause" });
  });

  it("of somebody unknown is one name", () =>
    expect(readUnknown(text)).toEqual({
      type: "private",
      fields: { lastName: "Anna Müller" },
    }));

  it("keeps the other name when one is written", () => {
    const lines = changed(text, ANNA, anna({ lastName: "Meier" }));
    expect(lines).toContain("N:Meier;Anna;;;");
    expect(lines).toContain("FN:Anna Meier");
  });
});

describe("further given names in N's own part", () => {
  const text = card("N:Müller;Anna;Maria;;", "FN:Anna Maria Müller");
  const both = { ...ANNA, firstName: "Anna Maria" };

  it("belong to the first name where ams has them there", () => {
    expect(read(text, both)?.fields).toEqual(both);
    expect(carry(text, both, anna(both)).text).toBe(text);
    expect(read(text, ANNA)?.fields).toEqual(ANNA);
  });

  it("belong to the first name of somebody unknown, and stay so once they are agreed", () => {
    expect(readUnknown(text)?.fields).toEqual(both);
    expect(updateCard(text, anna(both), { now: NOW })).toBe(text);
    expect(carry(text, {}, anna(both)).text).toBe(text);
    expect(carry(text, both, anna({ ...both, city: "Ulm" })).text).toContain(
      "\r\nN:Müller;Anna;Maria;;\r\nFN:Anna Maria Müller\r\n",
    );
  });

  it("stay the card's own where ams is known to have only the first", () => {
    const next = carry(text, ANNA, anna({ city: "Ulm" }));
    expect(next.received).toEqual([]);
    expect(linesIn(next.text)).toContain("N:Müller;Anna;Maria;;");
  });

  it("give way where ams has another first name that was never agreed", () => {
    const { text: next } = carry(text, {}, anna());
    expect(linesIn(next)).toContain("N:Müller;Anna;;;");
    expect(carry(next, ANNA, anna())).toMatchObject({ text: next });
  });

  it("do not come into ams as the first name that ams emptied", () => {
    const { firstName: _, ...rest } = ANNA;
    const gone: Contact = { type: "private", fields: rest };
    const { text: next } = carry(text, ANNA, gone);
    expect(read(next, rest)?.fields).toEqual(rest);
    expect(carry(next, rest, gone)).toMatchObject({ text: next, received: [] });
  });

  it("are not written a second time, nor left behind", () => {
    expect(changed(text, ANNA, anna(both))).toContain("N:Müller;Anna Maria;;;");
    const luise = anna({ firstName: "Anna Luise" });
    expect(changed(text, both, luise)).toEqual(
      linesIn(card("N:Müller;Anna Luise;;;", "FN:Anna Luise Müller")),
    );
  });

  it("stay in ams where one of the names is corrected", () => {
    const base = { firstName: "Hans Peter", lastName: "Weber" };
    const corrected = (n: string) =>
      carry(card(n, "FN:Weber"), base, { type: "private", fields: base })
        .record;
    expect(corrected("N:Weber;Johann;Peter;;")).toEqual({
      ...base,
      firstName: "Johann Peter",
    });
    expect(corrected("N:Weber;Hans;Paul;;")).toEqual({
      ...base,
      firstName: "Hans Paul",
    });
    expect(corrected("N:Weber;;Peter;;")).toEqual({
      ...base,
      firstName: "Peter",
    });
  });

  it("give way to what ams changes where the first one was removed", () => {
    const text = card("N:Müller;;Maria;;", "FN:Maria Müller");
    expect(changed(text, both, anna({ firstName: "Eva" }))).toContain(
      "N:Müller;Eva;;;",
    );
  });

  it("stay where another name changes", () =>
    expect(changed(text, both, anna({ ...both, lastName: "Meier" }))).toContain(
      "N:Meier;Anna;Maria;;",
    ));
});

describe("a firm's card whose company was taken off", () => {
  const firm = (name: string): Contact => ({
    type: "commercial",
    fields: { name },
  });
  const bau = firm("Bau GmbH");
  const without = card("N:Muster;Max;;;", "FN:Max Muster", "TEL;TYPE=WORK:1");
  const told = (text: string) => {
    const reading = readCard(text, bau);
    return reading.kind === "card"
      ? [reading.contact.fields, reading.unclear]
      : [];
  };

  it("does not rename the firm to who works there: ams keeps its own, and its user is told", () => {
    expect(told(without)).toEqual([
      { name: "Bau GmbH", phoneBusiness: "1" },
      ["name"],
    ]);
    const kept = carry(without, bau.fields, bau, "remote-wins");
    expect(kept.record).toEqual({ name: "Bau GmbH", phoneBusiness: "1" });
    expect(kept.text).toBe(without);
  });

  it("has the new name once ams changes it, and goes on showing the person", () => {
    const { text } = carry(without, bau.fields, firm("Bau AG"));
    expect(text).toContain("\r\nORG:Bau AG\r\n");
    expect(text).toContain("\r\nFN:Max Muster\r\n");
    expect(carry(text, { name: "Bau AG" }, firm("Bau AG")).text).toBe(text);
  });

  it("says its name in FN where nobody works there, or as it was", () => {
    expect(told(card("N:;;;;", "FN:Bau AG"))).toEqual([
      { name: "Bau AG" },
      undefined,
    ]);
    expect(told(card("N:Muster;Max;;;", "FN:Bau GmbH"))).toEqual([
      bau.fields,
      undefined,
    ]);
  });
});

describe("FN and ORG without N", () => {
  const of = (...lines: readonly string[]) => readUnknown(card(...lines))?.type;

  it("are a person of that firm, or the firm", () => {
    expect(of("FN:Anna Müller", "ORG:Weber GmbH")).toBe("private");
    expect(of("FN:Weber GmbH", "ORG:Weber GmbH")).toBe("commercial");
    expect(of("FN:Weber GmbH, Köln", "ORG:Weber GmbH;Bau")).toBe("commercial");
    expect(of("ORG:Weber GmbH")).toBe("commercial");
    expect(of("N:;;;;", "FN:Die Webers", "ORG:Weber GmbH")).toBe("commercial");
  });
});
