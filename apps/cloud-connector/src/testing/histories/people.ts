import { stamp } from "../../content-lines/index.js";

/** Somebody whom both sides may know. */
export interface Person {
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string;
  readonly mobile: string;
  readonly birthDate: string;
}

/** The last two share an address, the last three a telephone. */
export const PEOPLE: readonly Person[] = [
  [
    "Zoë",
    "Müller-Lüdenscheidt",
    "zoe@mueller.example",
    "0221 100",
    "1984-02-29",
  ],
  ["Jost", "Groß", "jost@gross.example", "0221 200", "1960-10-27"],
  ["Änne", "Öztürk", "aenne@oeztuerk.example", "0221 300", "2000-02-29"],
  ["Björn", "Weiß", "bjoern@weiss.example", "0221 400", "1999-12-31"],
  ["Käthe", "Schröder", "schroeder@post.example", "0221 400", "1971-01-01"],
  ["Fritz", "Schröder", "schroeder@post.example", "0221 400", "1970-03-31"],
].map(
  ([firstName = "", lastName = "", email = "", mobile = "", born = ""]) => ({
    ...{ firstName, lastName, email, mobile, birthDate: born },
  }),
);

/** Nothing of these lines is ams-sync's. */
const CARD_EXTRAS = [
  "NOTE:Mag Bücher\\, \\; und\\nMusik",
  "PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQSkZJRgABAQEAYABgAAD",
  "item7.X-ABDATE:20200229",
  "item7.X-ABLabel:Hochzeit",
  'X-SPOUSE;X-P="a;b":Kim',
  "NICKNAME:Spatz",
] as const;

export type Birth = "whole" | "year-less" | "none";

export interface Card {
  readonly uid: string;
  readonly person: Person;
  readonly category: "Kunde" | " interessent " | "Freunde" | "";
  readonly birth: Birth;
  readonly city: string;
  readonly email: boolean;
}

export const cardText = (
  { uid, person, category, birth, city, email }: Card,
  now: number,
): string =>
  lines([
    ...["BEGIN:VCARD", "VERSION:3.0", `UID:${uid}`],
    `FN:${person.firstName} ${person.lastName}`,
    `N:${person.lastName};${person.firstName};;;`,
    ...(email ? [`EMAIL;TYPE=INTERNET:${person.email}`] : []),
    `TEL;TYPE=CELL:${person.mobile}`,
    ...(birth === "whole" ? [`BDAY:${person.birthDate}`] : []),
    ...(birth === "year-less" ? ["BDAY:--02-29"] : []),
    ...(city === "" ? [] : [`ADR;TYPE=HOME:;;;${city};;;`]),
    ...(category === "" ? [] : [`CATEGORIES:${category}`]),
    ...CARD_EXTRAS,
    `REV:${stamp(now)}`,
    "END:VCARD",
  ]);

export const SHAPES = [
  "all-day",
  "timed",
  "over-midnight",
  "gap",
  "fold",
  "floating",
  "utc",
  "foreign-zone",
  "series",
  "days",
  "cancelled",
] as const;
export type Shape = (typeof SHAPES)[number];

const BERLIN = "TZID=Europe/Berlin";
/** Both nights in which the clocks change in Europe, and the one in America. */
const TIMES: { readonly [shape in Shape]: readonly string[] } = {
  "all-day": ["DTSTART;VALUE=DATE:20240331", "DTEND;VALUE=DATE:20240401"],
  timed: [
    `DTSTART;${BERLIN}:20240308T093000`,
    `DTEND;${BERLIN}:20240308T101500`,
  ],
  "over-midnight": [
    `DTSTART;${BERLIN}:20240330T233000`,
    `DTEND;${BERLIN}:20240331T033000`,
  ],
  gap: [`DTSTART;${BERLIN}:20240331T023000`, `DTEND;${BERLIN}:20240331T033000`],
  fold: [
    `DTSTART;${BERLIN}:20241027T023000`,
    `DTEND;${BERLIN}:20241027T031500`,
  ],
  floating: ["DTSTART:20240310T023000", "DTEND:20240310T033000"],
  utc: ["DTSTART:20241027T003000Z", "DTEND:20241027T020000Z"],
  "foreign-zone": [
    "DTSTART;TZID=Amt Nord:20240331T013000",
    "DTEND;TZID=Amt Nord:20240331T020000",
  ],
  series: [
    `DTSTART;${BERLIN}:20240308T093000`,
    `DTEND;${BERLIN}:20240308T101500`,
    "RRULE:FREQ=WEEKLY",
  ],
  days: ["DTSTART;VALUE=DATE:20240329", "DTEND;VALUE=DATE:20240402"],
  cancelled: [
    `DTSTART;${BERLIN}:20240308T093000`,
    `DTEND;${BERLIN}:20240308T101500`,
    "STATUS:CANCELLED",
  ],
};

/** As a program writes it that asks nobody for zones: west of Berlin by an hour, all year round. */
const FOREIGN_ZONE = [
  "BEGIN:VTIMEZONE",
  "TZID:Amt Nord",
  "BEGIN:STANDARD",
  "DTSTART:19700101T000000",
  "TZOFFSETFROM:+0000",
  "TZOFFSETTO:+0000",
  "END:STANDARD",
  "END:VTIMEZONE",
];

const EVENT_EXTRAS = [
  "LOCATION:Büro\\, 2. Stock",
  "TRANSP:OPAQUE",
  'ORGANIZER;CN="Ida":mailto:ida@firma.example',
  "X-LIC-ERROR;X-P=1:bleibt",
] as const;
const ALARM = [
  "BEGIN:VALARM",
  "ACTION:DISPLAY",
  "TRIGGER:-PT15M",
  "DESCRIPTION:Gleich",
  "END:VALARM",
];

export interface Meeting {
  readonly uid: string;
  readonly shape: Shape;
  readonly reason: string;
  readonly attendee?: string;
  readonly category?: string;
  readonly secret: boolean;
  /** Hours before now. */
  readonly madeBefore: number;
}

const HOUR_MS = 3_600_000;

export const eventText = (
  { uid, shape, reason, attendee, category, secret, madeBefore }: Meeting,
  now: number,
): string =>
  lines([
    ...["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Jemand//DE"],
    ...(shape === "foreign-zone" ? FOREIGN_ZONE : []),
    ...["BEGIN:VEVENT", `UID:${uid}`, `DTSTAMP:${stamp(now)}`],
    `CREATED:${stamp(now - madeBefore * HOUR_MS)}`,
    `LAST-MODIFIED:${stamp(now)}`,
    ...TIMES[shape],
    `SUMMARY:${reason}`,
    ...(attendee === undefined ? [] : [`ATTENDEE:mailto:${attendee}`]),
    ...(category === undefined ? [] : [`CATEGORIES:${category}`]),
    ...(secret ? ["CLASS:PRIVATE"] : []),
    ...EVENT_EXTRAS,
    ...ALARM,
    ...["END:VEVENT", "END:VCALENDAR"],
  ]);

const lines = (all: readonly string[]): string =>
  all.map((line) => `${line}\r\n`).join("");

const KEPT = new Set<string>([...CARD_EXTRAS, ...EVENT_EXTRAS, ...ALARM]);
const KEPT_NAMES =
  /^(?:UID|CATEGORIES|ATTENDEE|CLASS|CREATED|RRULE|X-NOTIZ)[:;]/;

/** Lines that no write of ours may touch. */
export const unmapped = (text: string): readonly string[] =>
  text
    .replaceAll(/\r?\n[ \t]/g, "")
    .split(/\r?\n/)
    .filter((line) => KEPT.has(line) || KEPT_NAMES.test(line));

/** Something of their own, and nothing that ams knows. */
export const scribbled = (text: string, words: string): string =>
  text
    .replace(/X-NOTIZ:.*\r\n/, "")
    .replace(/END:(VCARD|VEVENT)\r\n/, `X-NOTIZ:${words}\r\nEND:$1\r\n`);

export const calledOff = (text: string): string =>
  text
    .replace(/STATUS:.*\r\n/, "")
    .replace("END:VEVENT\r\n", "STATUS:CANCELLED\r\nEND:VEVENT\r\n");

export const categorized = (text: string, category: string): string =>
  text
    .replace(/CATEGORIES:.*\r\n/, "")
    .replace(/END:(VCARD|VEVENT)\r\n/, `CATEGORIES:${category}\r\nEND:$1\r\n`);
