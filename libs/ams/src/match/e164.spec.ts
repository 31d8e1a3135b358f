import { expect, it } from "vitest";
import { toE164 } from "./e164.js";

it.each([
  ["0221 4711", undefined, "+492214711"],
  ["+49 (0)221 4711", undefined, "+492214711"],
  ["0049 221/47 11", undefined, "+492214711"],
  ["Tel.: 0171-2345678 (privat)", undefined, "+491712345678"],
  ["01 5331234", "Österreich", "+4315331234"],
  ["01 5331234", " austria ", "+4315331234"],
  ["044 668 18 00", "CH", "+41446681800"],
  ["26 12 34", "Luxemburg", "+352261234"],
  ["0221 4711", "Atlantis", "+492214711"],
  ["+43 1 5331234", "Deutschland", "+4315331234"],
])("%s in %s is %s", (text, country, number) => {
  expect(toE164(text, country)).toBe(number);
});

// Without an area code it is another telephone in every town.
it.each(["4711", "12", "", "keins", "030/1234567 od. 030/7654321"])(
  "%j is no number that tells whose it is",
  (text) => {
    expect(toE164(text, undefined)).toBeUndefined();
  },
);
