import {
  type Contact,
  type Fields,
  parsePlainDate,
  type TimeZone,
} from "@ams-sync/sync-core";
import { describe, expect, it } from "vitest";
import { card, carry, linesIn, NOW, read } from "../testing/cards.js";
import { readCard, updateCard } from "./index.js";

const DAY = "1980-02-29";
/** What says something of that very day and is no date, in the spellings of phones and servers. */
const VAGUE = [
  "BDAY:--0229",
  "BDAY;VALUE=date:--02-29",
  "BDAY:---29",
  "BDAY:--02",
  "BDAY:1980-02",
  "BDAY:1980",
  "BDAY;X-APPLE-OMIT-YEAR=1604:1604-02-29",
  "BDAY;VALUE=date;X-APPLE-OMIT-YEAR=1804:1804-02-29",
  "BDAY:1604-02-29",
  "item1.BDAY;VALUE=text:um 1980",
  "BDAY:unbekannt",
];
const OTHER = [
  "BDAY:--0301",
  "BDAY:1981",
  "BDAY;X-APPLE-OMIT-YEAR=1604:1604-03-29",
];

const text = (line: string) => card("N:Muster;Max;;;", line, "NOTE:x");
const max = (fields: Fields = {}): Contact => ({
  type: "private",
  fields: { firstName: "Max", lastName: "Muster", ...fields },
});

describe.each(VAGUE)("%s", (line) => {
  const { fields } = max({ birthDate: DAY });

  it("is no birth date of a card that nobody knows", () =>
    expect(read(text(line))?.fields.birthDate).toBeUndefined());

  it("stands for the date that was agreed on, and nothing happens", () =>
    expect(carry(text(line), fields, max({ birthDate: DAY }))).toMatchObject({
      text: text(line),
      received: [],
    }));

  it("stays while ams changes something else", () => {
    const next = carry(
      text(line),
      fields,
      max({ birthDate: DAY, city: "Ulm" }),
    );
    expect(linesIn(next.text)).toContain(line);
    expect(next.received).toEqual([]);
  });

  it("stays where ams learns of a date that fits", () => {
    const next = carry(text(line), max().fields, max({ birthDate: DAY }));
    expect(linesIn(next.text)).toContain(line);
    expect(read(next.text, fields)?.fields.birthDate).toBe(DAY);
  });

  it("stays where no birth dates are exchanged", () =>
    expect(updateCard(text(line), max({ city: "Ulm" }), { now: 0 })).toContain(
      `\r\n${line}\r\n`,
    ));

  it("goes with the date that ams emptied", () =>
    expect(carry(text(line), fields, max()).text).not.toContain("BDAY"));
});

it.each(VAGUE.filter((line) => /[:-](?:0229|02-29)$/.test(line)))(
  "%s makes room for another date of ams",
  (line) => {
    const { fields } = max({ birthDate: DAY });
    const next = carry(text(line), fields, max({ birthDate: "1980-03-01" }));
    expect(linesIn(next.text)).toContain("BDAY:1980-03-01");
    expect(next.text).not.toMatch(/OMIT-YEAR|VALUE/);
  },
);

it.each(OTHER)("%s, another day than was agreed on, is named", (line) => {
  const { fields } = max({ birthDate: DAY });
  const next = carry(text(line), fields, max({ birthDate: DAY }));
  // The planner sees a value that ams cannot take; it neither clears anything nor is it overwritten.
  expect(next.text).toBe(text(line));
  expect(next.received).toEqual(["birthDate"]);
  expect(parsePlainDate(next.record["birthDate"] ?? "")).toBeUndefined();
});

it.each(["BDAY:0000-00-00", "BDAY:00010101", "BDAY:"])(
  "%s says nothing, so that a date of ams takes its place",
  (line) =>
    expect(
      carry(text(line), max().fields, max({ birthDate: DAY })).text,
    ).toContain("\r\nBDAY:1980-02-29\r\n"),
);

it("a birthday that was deleted or emptied there is", () => {
  for (const gone of [card("N:Muster;Max;;;"), text("BDAY:")])
    expect(
      carry(gone, max({ birthDate: DAY }).fields, max({ birthDate: DAY }))
        .received,
    ).toEqual(["birthDate"]);
});

describe("a moment, as clients write a birthday that know nothing else", () => {
  const berlin = { timeZone: "Europe/Berlin" as TimeZone };
  const dayOf = (line: string) => {
    const reading = readCard(text(line), undefined, berlin);
    return reading.kind === "card" && reading.contact.fields.birthDate;
  };

  it.each([
    ["BDAY;VALUE=DATE-TIME:1985-04-11T22:00:00Z", "1985-04-12"],
    ["BDAY:1985-01-11T23:00:00Z", "1985-01-12"],
    ["BDAY:19850411T220000Z", "1985-04-12"],
    ["BDAY:1985-04-12T00:00:00Z", "1985-04-12"],
    ["BDAY:1985-04-11T21:00:00Z", "1985-04-11"],
    // No summer time in that year, midnight by today's; and midnight in winter of a day in summer.
    ["BDAY:1979-07-12T22:00:00Z", "1979-07-13"],
    ["BDAY:1985-07-31T23:00:00Z", "1985-08-01"],
    ["BDAY:1979-12-31T22:00:00Z", "1980-01-01"],
    ["BDAY:1979-07-12T00:00:00Z", "1979-07-12"],
    ["BDAY:1979-07-12T21:59:59Z", "1979-07-12"],
    ["BDAY:1604-07-12T22:00:00Z", undefined],
    ["BDAY;X-APPLE-OMIT-YEAR=1804:1804-07-12T22:00:00Z", undefined],
    ["BDAY:0000-12-31T23:00:00Z", undefined],
    ["BDAY:1985-13-12T22:00:00Z", undefined],
    ["BDAY:1985-04-11T22:00:00", "1985-04-11"],
    ["BDAY:1985-04-11T22:00:00+00:00", "1985-04-12"],
    ["BDAY:1985-04-11T22:00:00-00:00", "1985-04-12"],
    ["BDAY;VALUE=date-time:19850411T220000+0000", "1985-04-12"],
    ["BDAY:19850411T2200Z", "1985-04-12"],
    ["BDAY:1985-04-11T22Z", "1985-04-12"],
    ["BDAY:19850411T22+00", "1985-04-12"],
    ["BDAY:1985-04-11T22:00:00.000+00:00", "1985-04-12"],
    // The same midnight as seen from New York, India and Newfoundland.
    ["BDAY:1985-04-11T18:00:00-04:00", "1985-04-12"],
    ["BDAY:1985-04-12T03:30:00+05:30", "1985-04-12"],
    ["BDAY:19850411T1930-0230", "1985-04-12"],
    // Midnight at home, by the right offset and by the one of winter.
    ["BDAY:1985-04-12T00:00:00+02:00", "1985-04-12"],
    ["BDAY:1985-04-12T00:00:00+01:00", "1985-04-12"],
    // Midnight elsewhere, and no midnight at all.
    ["BDAY:1985-04-12T00:00:00-05:00", "1985-04-12"],
    ["BDAY:1985-04-12T00:00:00+09:00", "1985-04-12"],
    ["BDAY:1985-04-11T21:00:00+00:00", "1985-04-11"],
    ["BDAY:19850411T2200", "1985-04-11"],
  ])("%s is %s in Germany", (line, day) => expect(dayOf(line)).toBe(day));

  it("is left as it is where nothing else changes", () => {
    const line = "BDAY:1985-04-11T22:00:00Z";
    const form = max({ birthDate: "1985-04-12" });
    const how = { now: NOW, current: form, ...berlin };
    expect(updateCard(text(line), form, how)).toBe(text(line));
  });
});
