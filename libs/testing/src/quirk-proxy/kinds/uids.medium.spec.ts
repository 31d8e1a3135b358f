import { afterAll, beforeAll, expect, it } from "vitest";
import { hrefsOf, Quirked, vcard } from "../../testing/quirked.js";
import type { QuirkName } from "../quirks.js";

let on: Quirked;
beforeAll(async () => {
  on = await Quirked.start();
});
afterAll(() => on?.stop());

const put = (name: string, note: string) =>
  on.ask("PUT", name, { body: vcard("einzig", note) });
const names = async () =>
  hrefsOf(await on.direct("PROPFIND", "", { headers: { depth: "1" } }))
    .filter((href) => href.endsWith(".vcf"))
    .map((href) => href.slice(on.book.length))
    .toSorted();

it.each([
  ["duplicate-uid-409", 409],
  ["duplicate-uid-403", 403],
  ["duplicate-uid-207", 207],
] as const)("%s", async (quirk: QuirkName, status) => {
  await on.begin(quirk);
  expect((await put("a.vcf", "NOTE:eins")).status).toBe(201);
  const second = await put("b.vcf", "NOTE:zwei");
  expect(second.status).toBe(status);
  expect(second.text).toContain("no-uid-conflict");
  expect(await names()).toEqual(["a.vcf"]);
  expect((await put("a.vcf", "NOTE:drei")).status).toBe(201);
  await on.ask("DELETE", "a.vcf");
  expect((await put("b.vcf", "NOTE:vier")).status).toBe(201);
});

it("duplicate-uid-409 for what was put past the proxy", async () => {
  await on.begin("duplicate-uid-403");
  await on.direct("PUT", "a.vcf", { body: vcard("einzig") });
  expect((await put("b.vcf", "NOTE:zwei")).status).toBe(403);
});

it("duplicate-uid-accepted", async () => {
  await on.begin("duplicate-uid-accepted");
  expect((await put("a.vcf", "NOTE:eins")).status).toBe(201);
  expect((await put("b.vcf", "NOTE:zwei")).status).toBe(201);
  expect((await put("b.vcf", "NOTE:drei")).status).toBe(201);
  expect(await names()).toEqual(["a.vcf", "b.vcf"]);
  for (const [name, note] of [
    ["a.vcf", "NOTE:eins"],
    ["b.vcf", "NOTE:drei"],
  ] as const) {
    const { text } = await on.ask("GET", name);
    expect(text).toContain("UID:einzig\r\n");
    expect(text).toContain(note);
  }
});
