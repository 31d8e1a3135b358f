import { expect, it } from "vitest";
import { firstLanguage } from "./language.js";

it.each([
  [null, ["de-AT", "en"], "de"],
  [null, ["fr", "en-GB", "de"], "en"],
  [null, ["fr"], "de"],
  ["en", ["de"], "en"],
  ["xx", ["en"], "en"],
])("chosen %s, read %j: %s", (chosen, read, language) => {
  expect(firstLanguage(chosen, read)).toBe(language);
});
