import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { home } from "./checkout.js";
import { casesOf, PARTS } from "../../security-parts.mjs";

it("every spec that a part of the security proof names is there", () => {
  const files = Object.values<string[]>(PARTS).flat();
  expect(files.filter((file) => !existsSync(join(home, file)))).toEqual([]);
});

const TRIES = "apps/settings/src/logins/tries.medium.spec.ts";
const ran = (...states: string[]) => [
  { name: TRIES, assertionResults: states.map((status) => ({ status })) },
];
const casesIn = (part: string, results: object[], told = "") =>
  casesOf(results, told, (file: string) => file).find(
    (one: { part: string }) => one.part === part,
  )?.cases;

it("cases are tests that ran, and what tests tell of tables; a part without any is seen", () => {
  expect(casesIn("tries of a login", ran("passed", "failed", "skipped"))).toBe(
    2,
  );
  const told = `{"part":"tries of a login","cases":40}\n{"part":"rights","cases":2}\n`;
  expect(casesIn("tries of a login", ran("passed"), told)).toBe(41);
  expect(casesIn("headers and CSP", ran("passed"), told)).toBe(0);
  expect(() => casesIn("rights", [], `{"part":"?","cases":1}`)).toThrow("?");
});
