import { afterAll, beforeAll, expect, it } from "vitest";
import { makeCalendar } from "../../dav-collections.js";
import { Quirked, vcard } from "../../testing/quirked.js";
import { unfold } from "../content-lines.js";
import type { QuirkName } from "../quirks.js";

let on: Quirked;
beforeAll(async () => {
  on = await Quirked.start();
});
afterAll(() => on?.stop());

const GET_ALL = (href: string) =>
  `<c:addressbook-multiget xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:carddav"><d:prop><d:getetag/><c:address-data/></d:prop><d:href>${href}</d:href></c:addressbook-multiget>`;

/** The lines of a card after a PUT, read by GET and by multiget, with the quirk. */
async function stored(quirk: QuirkName, text: string) {
  await on.begin();
  await on.ask("PUT", "a.vcf", { body: text });
  const plain = unfold((await on.ask("GET", "a.vcf")).text);
  on.proxy.quirks = [quirk];
  await on.ask("PUT", "b.vcf", { body: text.replace("UID:a", "UID:b") });
  const raw = (await on.ask("GET", "b.vcf")).text;
  const report = await on.report(GET_ALL(`${on.book}b.vcf`));
  const inside = /address-data>([\s\S]*?)<\/[^<]*address-data>/
    .exec(report.text)?.[1]
    ?.replace(/&#13;/g, "\r")
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&amp;/g, "&");
  expect(inside).toBe(raw);
  return { plain, raw, lines: unfold(raw) };
}

it("stored-reordered", async () => {
  const { plain, lines } = await stored(
    "stored-reordered",
    vcard("a", "NOTE:<&>"),
  );
  expect(lines).not.toEqual(plain);
  expect(lines.toSorted()).toEqual(
    plain.map((line) => line.replace("UID:a", "UID:b")).toSorted(),
  );
  expect(lines[1]).toBe("VERSION:3.0");
});

it("stored-refolded", async () => {
  const note = `NOTE:${"Käthe Übermüller ".repeat(8)}Ende`;
  const { raw, lines } = await stored("stored-refolded", vcard("a", note));
  for (const line of raw.split("\r\n"))
    expect(Buffer.byteLength(line)).toBeLessThanOrEqual(31);
  expect(lines).toContain(note);
});

it("stored-groups-upper", async () => {
  const { lines } = await stored(
    "stored-groups-upper",
    vcard("a", "item1.TEL:0351 1", "item1.X-ABLABEL:Büro"),
  );
  expect(lines).toContain("ITEM1.TEL:0351 1");
});

it("stored-trimmed", async () => {
  const { plain, lines } = await stored(
    "stored-trimmed",
    vcard("a", "TITLE:Bäcker  ", "ADR:;;Große Straße 1\\;;Köln;;50667;"),
  );
  expect(plain).toContain("N:Müßig;Jörg;;;");
  expect(lines).toContain("N:Müßig;Jörg");
  expect(lines).toContain("TITLE:Bäcker");
  expect(lines).toContain("ADR:;;Große Straße 1\\;;Köln;;50667");
});

it("stored-as-vcard-3", async () => {
  const four = vcard(
    "a",
    "TEL;VALUE=uri;TYPE=cell;PREF=1:tel:+49-170-1",
    "GENDER:F",
  ).replace("VERSION:3.0", "VERSION:4.0");
  const { lines } = await stored("stored-as-vcard-3", four);
  expect(lines).toContain("VERSION:3.0");
  const tel = lines.find((line) => line.startsWith("TEL"));
  expect(tel).toMatch(/:\+49-170-1$/);
  expect(tel).toMatch(/TYPE=.*pref/i);
  expect(lines).toContain("X-GENDER:F");
});

it("stored-with-class", async () => {
  const { lines, plain } = await stored("stored-with-class", vcard("a"));
  expect(plain.filter((line) => line === "CLASS:PUBLIC")).toEqual([]);
  expect(lines.filter((line) => line === "CLASS:PUBLIC").length).toBe(1);
});

it("stored-without-field, with a strong ETag all the same", async () => {
  await on.begin("stored-without-field");
  const card = vcard("a", "TEL;TYPE=HOME:1", "TEL;TYPE=FAX:2", "X-GENDER:Male");
  const { headers } = await on.ask("PUT", "a.vcf", { body: card });
  expect(headers["etag"]).toMatch(/^"/);
  const read = await on.ask("GET", "a.vcf");
  expect(read.headers["etag"]).toBe(headers["etag"]);
  const lines = unfold(read.text);
  expect(lines.filter((line) => /^(TEL|X-GENDER)/.test(line))).toEqual([
    "TEL;TYPE=HOME:1",
  ]);
});

it("stored-without-field, of an event", async () => {
  await on.begin("stored-without-field");
  const lines = await storedEvent(
    "LOCATION:Büro",
    "DESCRIPTION:Police",
    "BEGIN:VALARM",
    "ACTION:DISPLAY",
    "TRIGGER:-PT15M",
    "DESCRIPTION:Gleich",
    "END:VALARM",
  );
  expect(lines).toContain("SUMMARY:Übergabe");
  expect(lines.filter((line) => /^(LOCATION|DESCRIPTION)/.test(line))).toEqual([
    "DESCRIPTION:Gleich",
  ]);
});

it("stored-with-schedule-status", async () => {
  await on.begin("stored-with-schedule-status", "stored-with-class");
  const lines = await storedEvent(
    "ATTENDEE;CN=Käthe:mailto:kaethe@example.org",
  );
  expect(lines.find((line) => line.startsWith("ATTENDEE"))).toMatch(
    /;SCHEDULE-STATUS=1\.1[;:]/,
  );
  expect(lines.filter((line) => line === "CLASS:PUBLIC").length).toBe(1);
});

/** The lines of an event after a PUT. */
async function storedEvent(...more: readonly string[]): Promise<string[]> {
  const calendar = on.book.replace("kontakte", "termine");
  const [username = "", password = ""] = Buffer.from(
    on.authorization.slice("Basic ".length),
    "base64",
  )
    .toString()
    .split(":");
  const url = new URL(calendar, on.radicale.url).href;
  await makeCalendar({ url, username, password });
  const event = [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//ams//DE",
    "BEGIN:VEVENT",
    "UID:t",
    "DTSTAMP:20261102T120000Z",
    "DTSTART:20261103T090000Z",
    "SUMMARY:Übergabe",
    ...more,
    "END:VEVENT",
    "END:VCALENDAR",
    "",
  ].join("\r\n");
  await on.ask("PUT", `${calendar}t.ics`, { body: event });
  return unfold((await on.ask("GET", `${calendar}t.ics`)).text);
}
