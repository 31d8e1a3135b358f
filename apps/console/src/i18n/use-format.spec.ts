import { expect, it } from "vitest";
import { relative } from "./use-format.js";

const NOW = new Date("2026-10-25T12:00:00Z");

it.each([
  ["2026-10-25T11:59:55Z", "de", "vor 5 Sekunden"],
  ["2026-10-25T11:57:00Z", "de", "vor 3 Minuten"],
  ["2026-10-25T14:00:00Z", "en", "in 2 hours"],
  ["2026-10-24T11:00:00Z", "de", "gestern"],
  ["2026-10-15T12:00:00Z", "en", "10 days ago"],
])("%s is said in %s as %s", (at, language, text) => {
  expect(relative(new Date(at), NOW, language)).toBe(text);
});
