import { expect, it } from "vitest";
import { isDay, readDay, showDay } from "./day.js";

it.each([
  ["31.01.2024", "2024-01-31"],
  ["1.3.2024", "2024-03-01"],
  [" 1. 3. 24 ", "2024-03-01"],
  ["1/3/2024", "2024-03-01"],
  ["01032024", "2024-03-01"],
  ["010324", "2024-03-01"],
  ["2024-03-01", "2024-03-01"],
  ["29.02.2024", "2024-02-29"],
  ["29.02.2023", undefined],
  ["32.01.2024", undefined],
  ["1.13.2024", undefined],
  ["1.3.", undefined],
  ["1.3.204", undefined],
  ["31.01.0024", undefined],
  ["gestern", undefined],
])("in German %j is read as %s", (typed, iso) => {
  expect(readDay(typed, "de")).toBe(iso);
});

it.each([
  ["2024-03-01", "2024-03-01"],
  ["2024-3-1", "2024-03-01"],
  ["20240301", "2024-03-01"],
  // March or January: nobody knows.
  ["01/03/2024", undefined],
  ["2023-02-29", undefined],
])("in English %j is read as %s", (typed, iso) => {
  expect(readDay(typed, "en")).toBe(iso);
});

it("is shown as it is read, and what is no day as it was typed", () => {
  expect(showDay("2024-03-01", "de")).toBe("01.03.2024");
  expect(showDay("2024-03-01", "en")).toBe("2024-03-01");
  expect(showDay("31.02.2024", "de")).toBe("31.02.2024");
});

it.each([
  ["2024-03-01", true],
  ["2024-3-1", false],
  ["2023-02-29", false],
  ["01.03.2024", false],
])("%s is stored as a day: %s", (text, day) => {
  expect(isDay(text)).toBe(day);
});
