import type { SampleName } from "@ams-sync/connector-kit/contract";

/** What other programs write, each sample as a whole object with this UID. */
export function textOf(sample: SampleName, uid: string): string {
  const lines = TEXTS[sample](`UID:${uid}`);
  return [...lines, ""].join("\r\n");
}

type Lines = readonly string[];

const card = (...lines: Lines): Lines => ["BEGIN:VCARD", ...lines, "END:VCARD"];

const calendar = (...lines: Lines): Lines => [
  "BEGIN:VCALENDAR",
  "VERSION:2.0",
  "PRODID:-//Example//Another Program//EN",
  ...lines,
  "END:VCALENDAR",
];

const event = (uid: string, ...lines: Lines): Lines => [
  "BEGIN:VEVENT",
  uid,
  "DTSTAMP:20260101T120000Z",
  ...lines,
  "END:VEVENT",
];

const zone = (
  name: string,
  winter: readonly [string, string],
  summer: readonly [string, string],
): Lines => [
  "BEGIN:VTIMEZONE",
  `TZID:${name}`,
  "BEGIN:STANDARD",
  "DTSTART:19961027T030000",
  "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10",
  `TZOFFSETFROM:${winter[0]}`,
  `TZOFFSETTO:${winter[1]}`,
  "END:STANDARD",
  "BEGIN:DAYLIGHT",
  "DTSTART:19810329T020000",
  "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3",
  `TZOFFSETFROM:${summer[0]}`,
  `TZOFFSETTO:${summer[1]}`,
  "END:DAYLIGHT",
  "END:VTIMEZONE",
];

const BERLIN = zone("Europe/Berlin", ["+0200", "+0100"], ["+0100", "+0200"]);
const AZORES = zone("Amt am Atlantik", ["+0000", "-0100"], ["-0100", "+0000"]);

/** A JPEG begins so; servers that look at pictures shall find one. */
const PHOTO = `/9j/4AAQSkZJRgABAQAAAQABAAD/${"QUJD".repeat(600)}`;

/** Nobody is invited by mail: RFC 6638 section 7.1. */
const SILENT = "SCHEDULE-AGENT=NONE";

const TEXTS: Readonly<Record<SampleName, (uid: string) => Lines>> = {
  "rich-card": (uid) =>
    card(
      "VERSION:3.0",
      uid,
      "FN:Käthe Übel",
      "N:Übel;Käthe;;;",
      "ADR;TYPE=HOME:;;Große Straße 1;Dresden;;01067;Deutschland",
      "TITLE:Bäckerin",
      "TEL;TYPE=CELL:+49 171 4711",
      "EMAIL;TYPE=INTERNET,PREF:kaethe@example.org",
      "item1.EMAIL;TYPE=INTERNET:verein@example.org",
      "item1.X-ABLABEL:Verein",
      "TEL;TYPE=PAGER:+49 351 9",
      "NICKNAME:Käthchen",
      "NOTE:Mag Tee\\, keinen Kaffee",
      `PHOTO;ENCODING=b;TYPE=JPEG:${PHOTO}`,
      "X-SOCIALPROFILE;TYPE=other:https://example.org/@kaethe",
      'X-EXAMPLE;X-PART="a;b:c":Wert',
      "CATEGORIES:Kunde,Sonstige",
      "REV:2026-09-01T12:00:00Z",
    ),
  "escaped-card": (uid) =>
    card(
      "VERSION:3.0",
      uid,
      "FN:Käthe\\; die Jüngere Übel\\, von",
      "N:Übel\\, von;Käthe\\; die Jüngere;;;",
      "ADR;TYPE=HOME:;;Große Straße 1\\; Hof\\, links;Halle\\\\Saale;;;",
      "CATEGORIES:Kunde,Haus\\, Hof\\; Garten",
    ),
  "yearless-birthday": (uid) =>
    card(
      "VERSION:4.0",
      uid,
      "FN:Max Muster",
      "N:Muster;Max;;;",
      "TITLE:Bäcker",
      "BDAY:--0229",
    ),
  "card-group": (uid) =>
    card(
      "VERSION:3.0",
      uid,
      "FN:Stammtisch",
      "N:Stammtisch;;;;",
      "X-ADDRESSBOOKSERVER-KIND:group",
      "X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:4f1f8a30-54f4-4a0e-9a77-2a8a7d3d2f10",
    ),
  "rich-event": (uid) =>
    calendar(
      ...BERLIN,
      ...event(
        uid,
        "DTSTART;TZID=Europe/Berlin:20260701T090000",
        "DTEND;TZID=Europe/Berlin:20260701T103000",
        "SUMMARY:Beratung\\, Haftpflicht",
        "DESCRIPTION:Mitbringen:\\nPolice\\; Ausweis",
        "CLASS:CONFIDENTIAL",
        "CREATED:20260101T120000Z",
        "LAST-MODIFIED:20260201T120000Z",
        "CATEGORIES:ams:4711,Sonstige",
        "LOCATION;LANGUAGE=de:Café Größenwahn",
        "TRANSP:OPAQUE",
        "URL:https://example.org/termin",
        'X-EXAMPLE;X-PART="a;b:c":Wert',
        `ORGANIZER;CN=Käthe;${SILENT}:mailto:kaethe@example.org`,
        `ATTENDEE;CN=Jo;PARTSTAT=ACCEPTED;${SILENT}:mailto:Jo@example.org`,
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        "DESCRIPTION:Gleich",
        "TRIGGER:-PT15M",
        "END:VALARM",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        "DESCRIPTION:Morgen",
        "TRIGGER:-P1D",
        "END:VALARM",
      ),
    ),
  "escaped-event": (uid) =>
    calendar(
      ...BERLIN,
      ...event(
        uid,
        "DTSTART;TZID=Europe/Berlin:20260701T140000",
        "DTEND;TZID=Europe/Berlin:20260701T150000",
        "SUMMARY:Haus\\; Hof\\, Garten\\\\Teich",
        "DESCRIPTION:Eins\\,\\nzwei\\; drei\\\\vier",
        "CATEGORIES:ams:4711,Haus\\, Hof\\; Garten",
      ),
    ),
  "floating-event": (uid) =>
    calendar(
      ...event(
        uid,
        "DTSTART:20260702T081500",
        "DURATION:PT45M",
        "SUMMARY:Ohne Zone",
      ),
    ),
  "utc-event": (uid) =>
    calendar(
      ...event(
        uid,
        "DTSTART:20260702T081500Z",
        "DTEND:20260702T090000Z",
        "SUMMARY:Weltzeit",
      ),
    ),
  "foreign-zone-event": (uid) =>
    calendar(
      ...AZORES,
      ...event(
        uid,
        "DTSTART;TZID=Amt am Atlantik:20260703T090000",
        "DTEND;TZID=Amt am Atlantik:20260703T100000",
        "SUMMARY:Amt am Atlantik",
      ),
    ),
  "all-day-event": (uid) =>
    calendar(...event(uid, "DTSTART;VALUE=DATE:20260704", "SUMMARY:Messe")),
  "midnight-event": (uid) =>
    calendar(
      ...BERLIN,
      ...event(
        uid,
        "DTSTART;TZID=Europe/Berlin:20260705T223000",
        "DTEND;TZID=Europe/Berlin:20260706T011500",
        "SUMMARY:Notdienst",
      ),
    ),
  "spring-event": (uid) =>
    calendar(
      ...BERLIN,
      ...event(
        uid,
        "DTSTART;TZID=Europe/Berlin:20260329T023000",
        "DURATION:PT1H",
        "SUMMARY:Frühjahr",
      ),
    ),
  "autumn-event": (uid) =>
    calendar(
      ...BERLIN,
      ...event(
        uid,
        "DTSTART;TZID=Europe/Berlin:20261025T023000",
        "DTEND;TZID=Europe/Berlin:20261025T033000",
        "SUMMARY:Herbst",
      ),
    ),
  "unknown-zone-event": (uid) =>
    calendar(
      ...event(
        uid,
        "DTSTART;TZID=Nirgendwo/Nirgends:20260706T090000",
        "DTEND;TZID=Nirgendwo/Nirgends:20260706T100000",
        "SUMMARY:Irgendwann",
      ),
    ),
  series: (uid) =>
    calendar(
      ...BERLIN,
      ...event(
        uid,
        "DTSTART;TZID=Europe/Berlin:20260707T090000",
        "DTEND;TZID=Europe/Berlin:20260707T100000",
        "RRULE:FREQ=WEEKLY;COUNT=5",
        "SUMMARY:Jour fixe",
      ),
    ),
  "several-days": (uid) =>
    calendar(
      ...event(
        uid,
        "DTSTART;VALUE=DATE:20260708",
        "DTEND;VALUE=DATE:20260711",
        "SUMMARY:Urlaub",
      ),
    ),
};
