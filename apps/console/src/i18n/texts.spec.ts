import { expect, it } from "vitest";
import { de } from "./de/index.js";
import { en } from "./en/index.js";

const leaves = (texts: object, path = ""): [string, string][] =>
  Object.entries(texts).flatMap(([key, value]: [string, unknown]) =>
    typeof value === "object" && value !== null
      ? leaves(value, `${path}${key}.`)
      : [[`${path}${key}`, String(value)] as [string, string]],
  );
const placeholders = (text: string): string[] =>
  [...text.matchAll(/\{\{\w+\}\}/g)].map(([name]) => name).sort();

it("every text is there in both languages, with the same values in it", () => {
  const english = new Map(leaves(en));
  const german = leaves(de);
  expect([...english.keys()].sort()).toEqual(german.map(([key]) => key).sort());
  for (const [key, text] of german)
    expect([key, placeholders(english.get(key) ?? "")]).toEqual([
      key,
      placeholders(text),
    ]);
});
