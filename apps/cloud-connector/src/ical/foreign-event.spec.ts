import type { TimeZone } from "@ams-sync/sync-core";
import { describe, expect, it } from "vitest";
import { newEvent, readEvent, updateEvent } from "./index.js";

const BERLIN = "Europe/Berlin" as TimeZone;

const calendar = (zone: readonly string[], ...lines: readonly string[]) =>
  [
    "BEGIN:VCALENDAR",
    ...zone,
    "BEGIN:VEVENT",
    ...lines,
    "END:VEVENT",
    "END:VCALENDAR",
    "",
  ].join("\r\n");
const reading = (text: string, zone = BERLIN) => {
  const found = readEvent(text, zone);
  if (found.kind === "unmapped") throw new Error(found.obstacle);
  return found;
};
const about = (...lines: readonly string[]) =>
  reading(calendar([], "DTSTART;VALUE=DATE:20261124", ...lines)).about;

describe("what an event says of itself", () => {
  it.each([
    [[], false],
    [["CLASS:PUBLIC"], false],
    [["CLASS:"], false],
    [["CLASS:PRIVATE"], true],
    [["class;X=1: confidential "], true],
    [["CLASS:X-GEHEIM"], true],
  ])("%j: confidential %s", (lines, confidential) =>
    expect(about(...lines).confidential).toBe(confidential),
  );

  it.each([
    [[], undefined],
    [["STATUS:CONFIRMED"], undefined],
    [["STATUS:CANCELLED"], true],
    [["status;X=1: cancelled "], true],
  ])("%j: cancelled %s", (lines, cancelled) =>
    expect(about(...lines).cancelled).toBe(cancelled),
  );

  it("is when it was made and changed", () => {
    const made = "CREATED:20260101T120000Z";
    const stamped = "DTSTAMP:20260301T120000Z";
    expect(
      about(made, stamped, "LAST-MODIFIED:20260201T120000Z"),
    ).toMatchObject({
      createdAt: Date.UTC(2026, 0, 1, 12),
      changedAt: Date.UTC(2026, 1, 1, 12),
    });
    expect(about(stamped).changedAt).toBe(Date.UTC(2026, 2, 1, 12));
    for (const none of [[], ["CREATED:00001231T000000Z", "DTSTAMP:bald"]]) {
      expect(about(...none)).not.toHaveProperty("createdAt");
      expect(about(...none)).not.toHaveProperty("changedAt");
    }
  });

  it("is who comes, and not who invites", () =>
    expect(
      about(
        "ORGANIZER:mailto:chef@example.org",
        'ATTENDEE;CN="Müller, Jörg";PARTSTAT=ACCEPTED:mailto:Joerg@Example.org',
        "ATTENDEE:MAILTO:joerg@example.org?subject=x",
        "ATTENDEE:mailto:a%2Bb@example.org",
        "ATTENDEE:mailto:50%@example.org",
        "ATTENDEE;EMAIL=eva@example.org:/principals/eva/",
        "ATTENDEE:urn:uuid:1",
        "ATTENDEE:mailto:",
      ).attendees,
    ).toEqual([
      "joerg@example.org",
      "a+b@example.org",
      "50%@example.org",
      "eva@example.org",
    ]));

  it("is who does not come", () => {
    const declined = (...lines: readonly string[]) => about(...lines).declined;
    expect(
      declined(
        "ATTENDEE;PARTSTAT=ACCEPTED:mailto:a@example.org",
        "ATTENDEE;CN=Ich;partstat=declined;RSVP=TRUE:mailto:Ich@Example.org",
        "ATTENDEE;PARTSTAT=TENTATIVE:mailto:b@example.org",
        "ATTENDEE;PARTSTAT=DECLINED;EMAIL=eva@example.org:/principals/eva/",
      ),
    ).toEqual(["ich@example.org", "eva@example.org"]);
    expect(declined("ATTENDEE:mailto:a@example.org")).toBeUndefined();
  });

  it("is its categories", () =>
    expect(
      about("CATEGORIES:ams:4711,Kunde", "CATEGORIES:Haus\\, Hof"),
    ).toEqual({
      categories: ["ams:4711", "Kunde", "Haus, Hof"],
      confidential: false,
      attendees: [],
    }));

  it("is its id without a prefix", () =>
    expect(
      reading(calendar([], "UID:urn:uuid:A-B", "DTSTART;VALUE=DATE:20261124"))
        .uid,
    ).toBe("a-b"));
});

const zone = (tzid: string, ...rules: readonly string[]) => [
  "BEGIN:VTIMEZONE",
  `TZID:${tzid}`,
  "BEGIN:STANDARD",
  "DTSTART:16010101T030000",
  "TZOFFSETFROM:+0200",
  "TZOFFSETTO:+0100",
  rules[0] ?? "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10",
  "END:STANDARD",
  "BEGIN:DAYLIGHT",
  "DTSTART:16010101T020000",
  "TZOFFSETFROM:+0100",
  "TZOFFSETTO:+0200",
  rules[1] ?? "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3",
  "END:DAYLIGHT",
  "END:VTIMEZONE",
];
const LONDON = "Europe/London" as TimeZone;
const from = (
  tzid: string,
  day: string,
  rules: readonly string[],
  at: TimeZone,
) =>
  reading(calendar(rules, `DTSTART;TZID="${tzid}":${day}T090000`), at)
    .appointment.fields.from;

describe("a zone", () => {
  it.each([
    ["W. Europe Standard Time", BERLIN, "09:00"],
    ["w. europe standard time", BERLIN, undefined],
    ["GMT Standard Time", BERLIN, "10:00"],
    ["Tokyo Standard Time", BERLIN, "01:00"],
    ["UTC", BERLIN, "10:00"],
    ["europe/berlin", BERLIN, "09:00"],
    ["EUROPE/LONDON", BERLIN, "10:00"],
  ])("of the name %s is known without a definition", (tzid, at, time) => {
    const text = calendar([], `DTSTART;TZID=${tzid}:20261124T090000`);
    const found = readEvent(text, at);
    expect(
      found.kind === "event" ? found.appointment.fields.from : undefined,
    ).toBe(time);
  });

  it.each([
    ["two yearly rules", zone("Amt")],
    [
      "rules as Exchange writes them",
      zone(
        "Amt",
        "RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYHOUR=3;BYMINUTE=0;BYMONTH=10",
        "RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYHOUR=2;BYMINUTE=0;BYMONTH=3",
      ),
    ],
    [
      "rules by days of the month",
      zone(
        "Amt",
        "RRULE:FREQ=YEARLY;BYMONTH=10;BYMONTHDAY=25,26,27,28,29,30,31;BYDAY=SU",
        "RRULE:FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=25,26,27,28,29,30,31;BYDAY=SU",
      ),
    ],
  ])("of an unknown name is what %s make of it", (_, rules) => {
    for (const year of ["2016", "2026", "2060", "9990"]) {
      expect(from("Amt", `${year}0124`, rules, LONDON)).toBe("08:00");
      expect(from("Amt", `${year}0724`, rules, LONDON)).toBe("08:00");
      expect(from("Amt", `${year}0724`, rules, "UTC" as TimeZone)).toBe(
        "07:00",
      );
    }
  });

  it.each([
    "RRULE:FREQ=SECONDLY",
    "RRULE:FREQ=YEARLY;BYSECOND=0,1,2,3;BYMONTH=10",
    "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
    "RRULE:FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=1;BYDAY=-1SU",
    "RRULE:FREQ=YEARLY;X-A=1",
    "RRULE:BYMONTH=10",
    "RRULE:",
  ])("is unknown where its rule is %s", (rule) =>
    expect(
      readEvent(
        calendar(zone("Amt", rule), "DTSTART;TZID=Amt:20261124T090000"),
        BERLIN,
      ),
    ).toEqual({ kind: "unmapped", obstacle: "unknown-zone" }),
  );
});

describe("the nights in which the clocks change", () => {
  it.each([
    ["without a zone", ""],
    ["in the tenant's own", ";TZID=Europe/Berlin"],
    ["in Windows' name of it", ";TZID=W. Europe Standard Time"],
  ])("have 02:30 %s", (_, param) => {
    for (const day of ["20260329", "20261025"]) {
      const text = calendar(
        [],
        `DTSTART${param}:${day}T023000`,
        "DURATION:PT45M",
        "SUMMARY:a",
      );
      const { appointment } = reading(text);
      expect(appointment.fields.from).toBe("02:30");
      expect(updateEvent(text, appointment, { timeZone: BERLIN, now: 0 })).toBe(
        text,
      );
      const reworded = updateEvent(
        text,
        { type: "appointment", fields: { ...appointment.fields, reason: "b" } },
        { timeZone: BERLIN, now: 0 },
      );
      // Whatever the hour that it is, nobody moved it.
      expect(reworded).toContain(`DTSTART${param}:${day}T023000\r\nDURATION:`);
    }
  });

  it("keep an event that ends at smaller digits than it starts", () => {
    const text = calendar(
      [],
      "DTSTART:20261025T003000Z",
      "DTEND:20261025T011500Z",
    );
    expect(reading(text).appointment.fields).toMatchObject({
      from: "02:30",
      to: "02:30",
    });
  });

  it.each(["20260329", "20261025"])("come back as sent: %s", (day) => {
    const date = day.replace(/(....)(..)(..)/, "$1-$2-$3");
    for (const [start, end] of [
      ["02:30", "02:45"],
      ["02:30", "03:00"],
      ["01:30", "02:30"],
    ] as const) {
      const fields = { date, from: start, to: end };
      const sent = newEvent(
        "u",
        { type: "appointment", fields },
        { timeZone: BERLIN, now: 0 },
      );
      expect(reading(sent).appointment.fields).toEqual(fields);
    }
  });
});
