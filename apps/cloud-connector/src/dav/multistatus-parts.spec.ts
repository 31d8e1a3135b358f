import { expect, it } from "vitest";
import { BrokenAnswer } from "./broken-answer.js";
import { isMultistatus, partsOf as cut } from "./multistatus-parts.js";

const row = (id: number, prefix = "d:"): string =>
  `<${prefix}response>\n <${prefix}href>/änne/${id}.vcf</${prefix}href></${prefix}response >\n`;
const rows = (count: number, prefix?: string): string =>
  Array.from({ length: count }, (_, id) => row(id, prefix)).join("");
const inPieces = async function* (pieces: Iterable<string>) {
  yield* pieces;
};
const collect = async (pieces: Iterable<string>): Promise<string[]> => {
  const parts: string[] = [];
  for await (const part of cut(inPieces(pieces), "dav.example.de"))
    parts.push(part);
  return parts;
};
const partsOf = (xml: string): Promise<string[]> => collect([xml]);
const START = `<?xml version="1.0"?>\n<d:multistatus xmlns:d="DAV:">`;
const long = (content: string): string =>
  `${START}${content}<d:sync-token>t</d:sync-token></d:multistatus>`;
const idsIn = (xml: string): number[] =>
  [...xml.matchAll(/\/(\d+)\.vcf/g)].map(([, id]) => Number(id));

it("cuts a long answer between rows, and loses nothing", async () => {
  const parts = await partsOf(long(rows(20_000)));
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

it.each([1, 7, 1_000, 65_536])(
  "cuts alike whatever pieces it comes in: of %d characters",
  async (length) => {
    const xml = long(
      `<!-- </d:response> --><d:x a="b>c"><![CDATA[</d:response>]]></d:x>${rows(3_000)}`,
    );
    const pieces = xml.match(new RegExp(`[^]{1,${length}}`, "g")) ?? [];
    expect(await collect(pieces)).toEqual(await partsOf(xml));
  },
);

it("asks for no more pieces than it needs for a part, and for all of them in the end", async () => {
  let asked = 0;
  function* pieces() {
    for (const piece of [START, ...Array<string>(100).fill(rows(100))]) {
      asked += 1;
      yield piece;
    }
    yield "</d:multistatus>";
    yield "\n";
    asked = -1;
  }
  const parts = cut(inPieces(pieces()), "dav.example.de");
  const { value } = await parts.next();
  expect(String(value).length).toBeLessThan(25_000);
  expect(asked).toBeLessThan(10);
  let more = 0;
  for await (const _ of parts) more += 1;
  expect(more).toBeGreaterThan(0);
  expect(asked).toBe(-1);
});

it("does not go through a piece again and again", async () => {
  const begin = performance.now();
  const comment = Array<string>(20_000).fill("x".repeat(1_000));
  expect(
    await collect([`${START}<!--`, ...comment, "--></d:multistatus>"]),
  ).toHaveLength(1);
  expect(performance.now() - begin).toBeLessThan(5_000);
});

it("knows rows without a prefix", async () => {
  const xml = `<multistatus xmlns="DAV:">${rows(20_000, "")}</multistatus>`;
  const parts = await partsOf(xml);
  expect(parts.length).toBeGreaterThan(5);
  expect(parts.flatMap(idsIn)).toHaveLength(20_000);
});

it.each([
  ["a short answer", long(rows(100))],
  ["one without rows", long(`<d:x>${"y".repeat(500_000)}</d:x>`)],
  ["an empty one", `${START.slice(0, -1)}/>`],
])("leaves %s whole", async (_, xml) => {
  expect(await partsOf(xml)).toEqual([xml]);
  expect(isMultistatus(xml, "dav.example.de")).toBe(true);
});

it("does not cut within a comment or CDATA", async () => {
  for (const [start, end] of [
    ["<d:x><![CDATA[", "]]></d:x>"],
    ["<!--", "-->"],
  ]) {
    const quoted = `${start}</d:response><d:response>${end}`;
    const parts = await partsOf(
      long(`${quoted}${rows(20_000)}`.replaceAll("\n", quoted)),
    );
    expect(parts.length).toBeGreaterThan(5);
    expect(parts.flatMap(idsIn)).toHaveLength(20_000);
    for (const part of parts)
      expect(part.split(start!)).toHaveLength(part.split(end!).length);
  }
});

it.each([
  ["<html><body><br></body></html>"],
  ["<d:error xmlns:d='DAV:'><d:valid-sync-token/></d:error>"],
  ["BEGIN:VCARD"],
  [""],
])("hands nothing to the parser of %s", async (xml) => {
  expect(await partsOf(xml)).toEqual([]);
  expect(isMultistatus(xml, "dav.example.de")).toBe(false);
});

const fault = (xml: string): Promise<unknown> =>
  partsOf(xml).then(
    ({ length }) => length,
    (error: unknown) => error,
  );

it.each([
  ["a document type", `<!DOCTYPE a [<!ENTITY b "c">]>${long("")}`],
  ["one after comments", `<!-- x --><!---->\n<!DOCTYPE a>${long("")}`],
  ["one within", long("<!ENTITY b 'c'>")],
  ["deep nesting", long("<a>".repeat(200_000))],
  [
    "a row of a million elements",
    long(`<d:response>${"<a/>".repeat(1_000_000)}`),
  ],
  ["a tag of a million attributes", long(`<a ${'a="" '.repeat(1_000_000)}>`)],
])("refuses %s", async (_, xml) =>
  expect(await fault(xml)).toMatchObject({ kind: "rejected" }),
);

it.each([
  ["the middle of a row", long(rows(20_000)).slice(0, -20_000)],
  ["a start tag", long("<a b='")],
  ["CDATA", long("<a><![CDATA[x")],
  ["a comment", long("<!-- x").replace("-->", "")],
  ["the root's end", long(rows(1)).slice(0, -3)],
])("sees that an answer breaks off in %s", async (_, xml) =>
  expect(await fault(xml)).toBeInstanceOf(BrokenAnswer),
);

it("does not cut behind an element of that name within a row", async () => {
  const inner = `<d:response><d:prop><x:response xmlns:x="y">z</x:response></d:prop></d:response>`;
  const parts = await partsOf(long(inner.repeat(10_000)));
  expect(parts.length).toBeGreaterThan(5);
  for (const part of parts)
    expect(part.startsWith(`${START}<d:response>`)).toBe(true);
});
