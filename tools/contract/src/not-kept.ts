import { randomUUID } from "node:crypto";
import type { Subject } from "@ams-sync/connector-kit/contract";
import { CARD, CREATE, EVENT, mustBeTaken, type Place } from "./questions.js";

type Drops = NonNullable<Subject["drops"]>;

/** Properties that the connector writes, with the fields of ams that live in them. */
const CARD_LINES = {
  "X-GENDER": { lines: ["X-GENDER:Female"], fields: ["gender"] },
  TEL: {
    lines: ["HOME,VOICE", "WORK,VOICE", "HOME,FAX", "CELL"].map(
      (types, n) => `TEL;TYPE=${types}:+49 351 100${n}`,
    ),
    fields: ["phonePrivate", "phoneBusiness", "fax", "mobile"],
  },
  EMAIL: {
    lines: ["EMAIL;TYPE=INTERNET:kaethe@example.org"],
    fields: ["email"],
  },
  URL: { lines: ["URL:https://example.org/"], fields: ["webPage"] },
  TITLE: { lines: ["TITLE:Bäckerin"], fields: ["profession"] },
  BDAY: { lines: ["BDAY:1984-02-28"], fields: ["birthDate"] },
  ADR: {
    lines: ["ADR;TYPE=HOME:;;Am Hang 7;Dresden;;01067;Deutschland"],
    fields: ["street", "city", "postalCode", "country"],
  },
} as const;
const EVENT_LINES = {
  DESCRIPTION: { lines: ["DESCRIPTION:Police mitbringen"], fields: ["remark"] },
  LOCATION: { lines: ["LOCATION:Büro"], fields: [] },
} as const;

type Lines = Readonly<
  Record<
    string,
    { readonly lines: readonly string[]; readonly fields: readonly string[] }
  >
>;

/** What is stored without a property that was sent; undefined where all of them are. */
export async function notKept(
  place: Place,
): Promise<{ readonly does: string; readonly drops: Drops } | undefined> {
  const card = await lacking(place, CARD_LINES, "vcf");
  const event = await lacking(place, EVENT_LINES, "ics");
  const names = [...card, ...event].map(({ told }) => told);
  if (names.length === 0) return undefined;
  const fieldsOf = (some: typeof card) => some.flatMap(({ fields }) => fields);
  return {
    does: `stores it without ${names.join(", ")}`,
    drops: { contacts: fieldsOf(card), appointments: fieldsOf(event) },
  };
}

async function lacking(place: Place, all: Lines, kind: "vcf" | "ics") {
  const uid = randomUUID();
  const [home, headers] =
    kind === "vcf" ? [place.book, CARD] : [place.calendar, EVENT];
  const { href: url } = new URL(`${uid}.${kind}`, home);
  const sent = Object.values(all).flatMap(({ lines }) => lines);
  const body = kind === "vcf" ? cardOf(uid, sent) : eventOf(uid, sent);
  mustBeTaken(
    await place.client.ask("PUT", url, {
      headers: { ...headers, ...CREATE },
      body,
    }),
  );
  const { text } = await place.client.ask("GET", url);
  return Object.entries(all).flatMap(([name, { lines, fields }]) => {
    const left = count(text, name);
    if (left >= lines.length) return [];
    const some = lines.length > 1 ? `${lines.length - left} of ` : "";
    const many = lines.length > 1 ? `${lines.length} ` : "";
    return [{ told: `${some}${many}${name}`, fields }];
  });
}

/** Of a gender GENDER counts too: some store a card as one of version 4. */
const count = (text: string, name: string): number =>
  text
    .replace(/\r?\n[ \t]/g, "")
    .split(/\r?\n/)
    .filter((line) =>
      new RegExp(
        `^(?:[\\w-]+\\.)?${name === "X-GENDER" ? "(?:X-)?GENDER" : name}[;:].`,
        "i",
      ).test(line),
    ).length;

const cardOf = (uid: string, lines: readonly string[]): string =>
  [
    ...["BEGIN:VCARD", "VERSION:3.0", `UID:${uid}`],
    ...["FN:Käthe Übel", "N:Übel;Käthe;;;", ...lines, "END:VCARD", ""],
  ].join("\r\n");

const eventOf = (uid: string, lines: readonly string[]): string =>
  [
    ...["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//contract//EN"],
    ...["BEGIN:VEVENT", `UID:${uid}`, "DTSTAMP:20260101T120000Z"],
    ...["DTSTART:20260701T090000Z", "DTEND:20260701T100000Z"],
    ...["SUMMARY:Beratung", ...lines, "END:VEVENT", "END:VCALENDAR", ""],
  ].join("\r\n");
