import { expect, it } from "vitest";
import { partsOf } from "./multistatus-parts.js";

const row = (id: number, prefix = "d:"): string =>
  `<${prefix}response>\n <${prefix}href>/änne/${id}.vcf</${prefix}href></${prefix}response >\n`;
const rows = (count: number, prefix?: string): string =>
  Array.from({ length: count }, (_, id) => row(id, prefix)).join("");
const START = `<?xml version="1.0"?>\n<d:multistatus xmlns:d="DAV:">`;
const long = (content: string): string =>
  `${START}${content}<d:sync-token>t</d:sync-token></d:multistatus>`;
const idsIn = (xml: string): number[] =>
  [...xml.matchAll(/\/(\d+)\.vcf/g)].map(([, id]) => Number(id));

it("cuts a long answer between rows, and loses nothing", () => {
  const parts = [...partsOf(long(rows(20_000)))];
  expect(parts.length).toBeGreaterThan(5);
  expect(parts.flatMap(idsIn)).toEqual(
    Array.from({ length: 20_000 }, (_, id) => id),
  );
  for (const part of parts) {
    expect(part.startsWith(`${START}<d:response>`)).toBe(part === parts[0]);
    expect(part.startsWith(START)).toBe(true);
    expect(part.trimEnd().endsWith("</d:multistatus>")).toBe(true);
    expect(part.match(/<d:response>/g)).toHaveLength(
      part.match(/<\/d:response >/g)?.length ?? 0,
    );
  }
  expect(parts.filter((part) => part.includes("sync-token"))).toEqual([
    parts.at(-1),
  ]);
});

it("knows rows without a prefix", () => {
  const xml = `<multistatus xmlns="DAV:">${rows(20_000, "")}</multistatus>`;
  const parts = [...partsOf(xml)];
  expect(parts.length).toBeGreaterThan(5);
  expect(parts.flatMap(idsIn)).toHaveLength(20_000);
});

it.each([
  ["a short answer", long(rows(100))],
  [
    "CDATA",
    long(`${rows(20_000)}<d:x><![CDATA[</d:response><d:response>]]></d:x>`),
  ],
  ["a comment", long(`<!-- </d:response><d:response> -->${rows(20_000)}`)],
  ["another root", `<html>${rows(20_000)}</html>`],
  ["no row at all", long(`<d:x>${"y".repeat(500_000)}</d:x>`)],
])("leaves %s whole", (_, xml) => {
  expect([...partsOf(xml)]).toEqual([xml]);
});

it("does not cut behind an element of that name within a row", () => {
  const inner = `<d:response><d:prop><x:response xmlns:x="y">z</x:response></d:prop></d:response>`;
  const parts = [...partsOf(long(inner.repeat(10_000)))];
  expect(parts.length).toBeGreaterThan(5);
  for (const part of parts)
    expect(part.startsWith(`${START}<d:response>`)).toBe(true);
});
