import type { StreamPort } from "@ams-sync/connector-kit";
import type { Contact, TimeZone } from "@ams-sync/sync-core";
import { type Radicale, startRadicale } from "@ams-sync/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CloudConnector } from "./connector.js";
import { TO_LOOPBACK } from "./testing/to-loopback.js";

let server: Radicale;
let contacts: StreamPort;
let appointments: StreamPort;
const connector = new CloudConnector({
  requestTimeoutMs: 20_000,
  egress: TO_LOOPBACK,
});
const containers = { contacts: "", appointments: "" };

beforeAll(async () => {
  server = await startRadicale({
    users: [{ name: "eva", password: "geheim" }],
  });
  const session = await connector.open(
    { serverUrl: server.url, username: "eva", password: "geheim" },
    {
      timeZone: "Europe/Berlin" as TimeZone,
      signal: new AbortController().signal,
      now: () => Date.UTC(2026, 10, 2, 9, 30),
    },
  );
  containers.contacts = await session.container("contacts");
  containers.appointments = await session.container("appointments");
  contacts = session.stream("contacts", containers.contacts);
  appointments = session.stream("appointments", containers.appointments);
});
afterAll(async () => {
  await connector.close();
  await server?.stop();
});

/** Somebody's phone puts it there. */
const put = async (
  stream: keyof typeof containers,
  name: string,
  lines: readonly string[],
): Promise<string> => {
  const url = new URL(name, containers[stream]);
  const answer = await fetch(url, {
    method: "PUT",
    headers: {
      authorization: `Basic ${Buffer.from("eva:geheim").toString("base64")}`,
      "content-type": stream === "contacts" ? "text/vcard" : "text/calendar",
    },
    body: [...lines, ""].join("\r\n"),
  });
  expect(answer.status).toBe(201);
  return url.pathname;
};
const card = (...lines: readonly string[]) => [
  "BEGIN:VCARD",
  "VERSION:3.0",
  `UID:${crypto.randomUUID()}`,
  "FN:Max Muster",
  "N:Muster;Max;;;",
  ...lines,
  "END:VCARD",
];
const event = (...lines: readonly string[]) => [
  "BEGIN:VEVENT",
  `UID:${crypto.randomUUID()}`,
  "DTSTAMP:20260101T000000Z",
  ...lines,
  "END:VEVENT",
];
const calendar = (...lines: readonly string[]) => [
  "BEGIN:VCALENDAR",
  "VERSION:2.0",
  "PRODID:-//x//x//EN",
  ...lines,
  "END:VCALENDAR",
];
const read = async (port: StreamPort, id: string) =>
  (await port.fetch([id])).get(id)!;

describe("what a server makes of a foreign card", () => {
  it("are still its categories and its time", async () => {
    const id = await put(
      "contacts",
      "a.vcf",
      card("CATEGORIES:Kunde,Haus\\, Hof", "REV:2026-11-01T12:00:00Z"),
    );
    expect(await read(contacts, id)).toMatchObject({
      categories: ["Kunde", "Haus, Hof"],
      changedAt: Date.UTC(2026, 10, 1, 12),
    });
  });

  it("is still a group", async () => {
    const id = await put(
      "contacts",
      "b.vcf",
      card("X-ADDRESSBOOKSERVER-KIND:group"),
    );
    expect(await read(contacts, id)).toMatchObject({
      obstacle: "group",
      canonical: { type: "private", fields: {} },
    });
  });

  it("keeps a birthday without a year beside the date that ams has", async () => {
    const line = "BDAY;X-APPLE-OMIT-YEAR=1604:1604-02-29";
    const id = await put("contacts", "c.vcf", card(line));
    const known: Contact = {
      type: "private",
      fields: { firstName: "Max", lastName: "Muster", birthDate: "1980-02-29" },
    };
    const found = await read(contacts, id);
    expect(found.canonical.fields).not.toHaveProperty("birthDate");
    const item = contacts.readAs!(found, known);
    expect(item.canonical).toEqual(known);
    const next = { ...known, fields: { ...known.fields, city: "Köln" } };
    await contacts.update(item, next);
    const after = contacts.readAs!(await read(contacts, id), next);
    expect(after.canonical).toEqual(next);
    expect(String(after.raw)).toMatch(/^BDAY.*1604-02-29\r?$/m);
  });
});

describe("what a server makes of a foreign event", () => {
  it("is still what it says of itself", async () => {
    const id = await put(
      "appointments",
      "a.ics",
      calendar(
        ...event(
          "DTSTART:20261025T013000Z",
          "DURATION:PT1H",
          "SUMMARY:Beratung",
          "CLASS:CONFIDENTIAL",
          "CREATED:20260101T120000Z",
          "LAST-MODIFIED:20260201T120000Z",
          "CATEGORIES:ams:4711",
          "ATTENDEE;CN=Jo:mailto:Jo@example.org",
        ),
      ),
    );
    expect(await read(appointments, id)).toMatchObject({
      canonical: {
        fields: {
          date: "2026-10-25",
          from: "02:30",
          to: "03:30",
          reason: "Beratung",
        },
      },
      confidential: true,
      createdAt: Date.UTC(2026, 0, 1, 12),
      changedAt: Date.UTC(2026, 1, 1, 12),
      categories: ["ams:4711"],
      attendees: ["jo@example.org"],
    });
  });

  it("is in the zone that it explains itself", async () => {
    const id = await put(
      "appointments",
      "b.ics",
      calendar(
        "BEGIN:VTIMEZONE",
        "TZID:Amt am Atlantik",
        "BEGIN:STANDARD",
        "DTSTART:16010101T020000",
        "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10",
        "TZOFFSETFROM:+0100",
        "TZOFFSETTO:+0000",
        "END:STANDARD",
        "BEGIN:DAYLIGHT",
        "DTSTART:16010101T010000",
        "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3",
        "TZOFFSETFROM:+0000",
        "TZOFFSETTO:+0100",
        "END:DAYLIGHT",
        "END:VTIMEZONE",
        ...event(
          "DTSTART;TZID=Amt am Atlantik:20260701T090000",
          "DTEND;TZID=Amt am Atlantik:20260701T100000",
        ),
      ),
    );
    expect((await read(appointments, id)).canonical.fields).toEqual({
      date: "2026-07-01",
      from: "10:00",
      to: "11:00",
    });
  });

  it.each([
    ["recurring", ["DTSTART:20260701T090000Z", "RRULE:FREQ=DAILY;COUNT=2"]],
    [
      "several-days",
      ["DTSTART;VALUE=DATE:20260701", "DTEND;VALUE=DATE:20260703"],
    ],
    ["several-days", ["DTSTART:20260701T090000Z", "DTEND:20260702T090000Z"]],
  ])("is still %s", async (obstacle, lines) => {
    const name = `${crypto.randomUUID()}.ics`;
    const id = await put("appointments", name, calendar(...event(...lines)));
    expect(await read(appointments, id)).toMatchObject({
      obstacle,
      canonical: { type: "appointment", fields: {} },
    });
  });
});
