import type { Appointment, Fields, TimeZone } from "@ams-sync/sync-core";
import { describe, expect, it } from "vitest";
import {
  newEvent,
  normalizeAppointment,
  readEvent,
  updateEvent,
} from "./index.js";

const BERLIN = "Europe/Berlin" as TimeZone;
const UID = "f81d4fae-7dec-51d0-a765-00a0c91e6bf6";
const CONTEXT = { timeZone: BERLIN, now: Date.UTC(2026, 10, 22, 9, 30) };

const form = (fields: Fields): Appointment => ({
  type: "appointment",
  fields: { date: "2026-11-24", ...fields },
});
const calendar = (...lines: readonly string[]) =>
  [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "BEGIN:VEVENT",
    `UID:${UID}`,
    ...lines,
    "END:VEVENT",
    "END:VCALENDAR",
    "",
  ].join("\r\n");
const linesIn = (text: string) => text.split("\r\n");
const eventLines = (text: string) => {
  const lines = linesIn(text);
  return lines.slice(
    lines.indexOf("BEGIN:VEVENT") + 1,
    lines.indexOf("END:VEVENT"),
  );
};
const read = (text: string, zone = BERLIN): Fields => {
  const reading = readEvent(text, zone);
  if (reading.kind === "unmapped") throw new Error(reading.obstacle);
  return reading.appointment.fields;
};
const obstacle = (text: string) => {
  const reading = readEvent(text, BERLIN);
  return reading.kind === "unmapped" ? reading.obstacle : undefined;
};

describe("newEvent", () => {
  it("has times on the wall clock of a zone that it defines", () => {
    const text = newEvent(
      UID,
      form({
        from: "09:30",
        to: "10:15",
        reason: "Gespräch; Müller, Ulm",
        remark: "a\nb",
      }),
      CONTEXT,
    );
    expect(eventLines(text)).toEqual([
      `UID:${UID}`,
      `X-AMS-ID:${UID}`,
      "DTSTAMP:20261122T093000Z",
      "CREATED:20261122T093000Z",
      "LAST-MODIFIED:20261122T093000Z",
      "SEQUENCE:0",
      "DTSTART;TZID=Europe/Berlin:20261124T093000",
      "DTEND;TZID=Europe/Berlin:20261124T101500",
      "SUMMARY:Gespräch\\; Müller\\, Ulm",
      "DESCRIPTION:a\\nb",
    ]);
    expect(linesIn(text)).toEqual(
      expect.arrayContaining(["BEGIN:VTIMEZONE", "TZID:Europe/Berlin"]),
    );
  });

  it.each([
    [
      "all day",
      {},
      ["DTSTART;VALUE=DATE:20261124", "DTEND;VALUE=DATE:20261125"],
    ],
    [
      "all day at the end of the year",
      { date: "2026-12-31" },
      ["DTSTART;VALUE=DATE:20261231", "DTEND;VALUE=DATE:20270101"],
    ],
    [
      "into the next day",
      { from: "22:00", to: "01:30" },
      [
        "DTSTART;TZID=Europe/Berlin:20261124T220000",
        "DTEND;TZID=Europe/Berlin:20261125T013000",
      ],
    ],
    [
      "no time at all",
      { from: "09:00", to: "09:00" },
      ["DTSTART;TZID=Europe/Berlin:20261124T090000"],
    ],
    [
      "a start alone",
      { from: "09:00" },
      ["DTSTART;TZID=Europe/Berlin:20261124T090000"],
    ],
  ])("writes %s", (_, fields, times) => {
    const text = newEvent(UID, form(fields), CONTEXT);
    expect(
      eventLines(text).filter(
        (line) => line.startsWith("DT") && !line.startsWith("DTSTAMP"),
      ),
    ).toEqual(times);
    expect(read(text)).toEqual(normalizeAppointment(form(fields)).fields);
  });

  it("defines no zone where it uses none", () => {
    expect(newEvent(UID, form({}), CONTEXT)).not.toContain("VTIMEZONE");
    const utc = newEvent(UID, form({ from: "09:00", to: "10:00" }), {
      ...CONTEXT,
      timeZone: "UTC" as TimeZone,
    });
    expect(utc).not.toContain("VTIMEZONE");
    expect(utc).toContain("DTSTART:20261124T090000Z");
  });

  it.each([
    "Europe/Zurich",
    "Europe/Luxembourg",
    "America/New_York",
    "Asia/Kolkata",
  ])("defines %s under that very name", (name) => {
    const zone = name as TimeZone;
    const text = newEvent(UID, form({ from: "09:00", to: "10:00" }), {
      ...CONTEXT,
      timeZone: zone,
    });
    expect(linesIn(text)).toContain(`TZID:${name}`);
    expect(linesIn(text)).toContain(`DTSTART;TZID=${name}:20261124T090000`);
    expect(read(text, zone)).toMatchObject({ from: "09:00", to: "10:00" });
  });

  it("writes no word for an empty reason, and nobody to invite", () =>
    expect(newEvent(UID, form({}), CONTEXT)).not.toMatch(
      /SUMMARY|DESCRIPTION|ATTENDEE|ORGANIZER|METHOD/,
    ));
});

describe("clock changes", () => {
  it.each([
    [
      "a time that the night in spring does not have",
      "2026-03-29",
      "02:30",
      "03:30",
    ],
    ["across the gap", "2026-03-29", "01:30", "03:30"],
    ["from before midnight across the gap", "2026-03-28", "23:00", "02:30"],
    [
      "a time that the night in autumn has twice",
      "2026-10-25",
      "02:30",
      "02:45",
    ],
    ["across the double hour", "2026-10-25", "01:00", "03:00"],
    ["from before midnight into it", "2026-10-24", "23:30", "02:15"],
  ])("keep %s", (_, date, from, to) => {
    const text = newEvent(UID, form({ date, from, to }), CONTEXT);
    expect(read(text)).toEqual({ date, from, to });
    expect(updateEvent(text, form({ date, from, to }), CONTEXT)).toBe(text);
  });

  it.each([
    ["20260329T003000Z", "2026-03-29", "01:30"],
    ["20260329T010000Z", "2026-03-29", "03:00"],
    ["20261025T003000Z", "2026-10-25", "02:30"],
    ["20261025T013000Z", "2026-10-25", "02:30"],
    ["20261231T230000Z", "2027-01-01", "00:00"],
  ])("turn %s into %s %s", (instant, date, from) =>
    expect(read(calendar(`DTSTART:${instant}`))).toEqual({
      date,
      from,
      to: from,
    }),
  );
});

describe("readEvent", () => {
  it("takes a time without a zone and one of the tenant's own by its digits", () => {
    for (const start of [
      "DTSTART:20260329T023000",
      "DTSTART;TZID=Europe/Berlin:20260329T023000",
      'DTSTART;TZID="/freeassociation.sourceforge.net/Europe/Berlin":20260329T023000',
      "DTSTART;TZID=/mozilla.org/20050126_1/Europe/Berlin:20260329T023000",
    ])
      expect(read(calendar(start))).toMatchObject({
        date: "2026-03-29",
        from: "02:30",
      });
  });

  it("converts a time of another zone", () => {
    const text = calendar(
      "DTSTART;TZID=America/New_York:20261124T190000",
      "DTEND;TZID=Asia/Tokyo:20261125T100000",
    );
    expect(read(text)).toEqual({
      date: "2026-11-25",
      from: "01:00",
      to: "02:00",
    });
  });

  const outlook = [
    "BEGIN:VTIMEZONE",
    "TZID:Greenwich Standard Time",
    "BEGIN:STANDARD",
    "DTSTART:16010101T000000",
    "TZOFFSETFROM:+0000",
    "TZOFFSETTO:+0000",
    "END:STANDARD",
    "END:VTIMEZONE",
  ];
  const start = "DTSTART;TZID=Greenwich Standard Time:20260701T090000";

  it("asks the definition of a zone that has no known name", () => {
    expect(
      read(
        calendar(start).replace(
          "BEGIN:VEVENT",
          [...outlook, "BEGIN:VEVENT"].join("\r\n"),
        ),
      ),
    ).toMatchObject({ date: "2026-07-01", from: "11:00" });
    expect(obstacle(calendar(start))).toBe("unknown-zone");
  });

  it("believes the name that a definition mentions", () => {
    const located = outlook.toSpliced(2, 0, "X-LIC-LOCATION:Europe/London");
    expect(
      read(
        calendar(start).replace(
          "BEGIN:VEVENT",
          [...located, "BEGIN:VEVENT"].join("\r\n"),
        ),
      ),
    ).toMatchObject({ from: "10:00" });
  });

  it.each([
    [["DTSTART;VALUE=DATE:20261124"], {}],
    [["DTSTART;VALUE=DATE:20261124", "DTEND;VALUE=DATE:20261124"], {}],
    [["DTSTART;VALUE=DATE:20261124", "DTEND;VALUE=DATE:20261125"], {}],
    [["DTSTART;VALUE=DATE:20261124", "DURATION:P1D"], {}],
    [
      ["DTSTART:20261124T090000", "DTEND:20261124T090000"],
      { from: "09:00", to: "09:00" },
    ],
    [
      ["DTSTART:20261124T090000", "DURATION:PT1H30M"],
      { from: "09:00", to: "10:30" },
    ],
    [
      ["DTSTART:20261124T220000", "DURATION:PT3H"],
      { from: "22:00", to: "01:00" },
    ],
    [
      ["DTSTART:20261124T090030", "DTEND:20261124T100059"],
      { from: "09:00", to: "10:00" },
    ],
  ])("reads %j", (lines, times) => {
    const reading = readEvent(calendar(...lines), BERLIN);
    expect(reading).toMatchObject({ kind: "event", uid: UID, multiDay: false });
    expect(read(calendar(...lines))).toEqual({ date: "2026-11-24", ...times });
  });

  it.each([
    [["DTSTART;VALUE=DATE:20261124", "DTEND;VALUE=DATE:20261126"]],
    [["DTSTART;VALUE=DATE:20261124", "DURATION:P1W"]],
    [["DTSTART:20261124T090000", "DTEND:20261125T090000"]],
    [["DTSTART:20261124T090000", "DTEND:20261125T100000"]],
    [["DTSTART:20261124T090000", "DTEND:20261123T100000"]],
  ])("sees that %j is longer than ams can hold", (lines) =>
    expect(readEvent(calendar(...lines), BERLIN)).toMatchObject({
      kind: "event",
      multiDay: true,
    }),
  );

  it.each([
    ["RRULE:FREQ=WEEKLY"],
    ["RDATE;VALUE=DATE:20261201"],
    ["RECURRENCE-ID:20261124T090000Z"],
  ])("leaves a series alone: %s", (line) =>
    expect(
      readEvent(calendar("DTSTART:20261124T090000", line), BERLIN),
    ).toEqual({
      kind: "unmapped",
      uid: UID,
      obstacle: "recurring",
    }),
  );

  it("takes several events in one object for a series", () => {
    const exception = ["END:VEVENT", "BEGIN:VEVENT", "DTSTART:20261201T090000"];
    expect(obstacle(calendar("DTSTART:20261124T090000", ...exception))).toBe(
      "recurring",
    );
  });

  it.each([
    ["no-event", "BEGIN:VCALENDAR\nBEGIN:VTODO\nEND:VTODO\nEND:VCALENDAR"],
    ["no-event", "<html>"],
    ["unreadable", calendar("SUMMARY:ohne Anfang")],
    ["unreadable", calendar("DTSTART:20260230T090000")],
    ["unreadable", calendar("DTSTART:20261124T250000")],
    ["unreadable", calendar("DTSTART:20261124T090000", "DURATION:bald")],
    ["unreadable", calendar("DTSTART:20261124T090000", "DURATION:-PT1H")],
  ])("says %s", (reason, text) => expect(obstacle(text)).toBe(reason));
});

describe("updateEvent", () => {
  const FOREIGN = [
    'ATTENDEE;CN="Müller, Jörg";PARTSTAT=ACCEPTED:mailto:j@example.org',
    "CATEGORIES:Kunde,VIP\\,2",
    "CLASS:PRIVATE",
    "LOCATION:Büro\\; 2. Stock",
    "X-MOZ-GENERATION:3",
    "TRANSP:OPAQUE",
    "BEGIN:VALARM",
    "TRIGGER:-PT15M",
    "ACTION:DISPLAY",
    "DESCRIPTION:Erinnerung",
    "END:VALARM",
  ];
  const text = calendar(
    "DTSTAMP:20260101T000000Z",
    "SEQUENCE:4",
    "SUMMARY;LANGUAGE=de:Gespräch",
    'DESCRIPTION;ALTREP="data:text/html,<b>alt</b>":alt',
    "DTSTART;TZID=Europe/Berlin;X-P=1:20261124T090000",
    "DURATION:PT1H",
    ...FOREIGN,
  );
  const current = {
    from: "09:00",
    to: "10:00",
    reason: "Gespräch",
    remark: "alt",
  };
  const update = (fields: Fields, source = text) =>
    updateEvent(source, form({ ...current, ...fields }), CONTEXT);

  it("leaves the text alone where nothing differs", () =>
    expect(update({})).toBe(text));

  it("changes a text without moving the event", () =>
    expect(eventLines(update({ reason: "Abschluss", remark: "neu" }))).toEqual([
      `UID:${UID}`,
      "DTSTAMP:20261122T093000Z",
      "SEQUENCE:4",
      "SUMMARY;LANGUAGE=de:Abschluss",
      "DESCRIPTION:neu",
      "DTSTART;TZID=Europe/Berlin;X-P=1:20261124T090000",
      "DURATION:PT1H",
      ...FOREIGN.slice(0, 6),
      "LAST-MODIFIED:20261122T093000Z",
      ...FOREIGN.slice(6),
    ]));

  it("moves the event, counts and defines the zone", () => {
    const moved = update({ date: "2026-12-24", from: "22:00", to: "01:00" });
    expect(eventLines(moved)).toEqual(
      expect.arrayContaining([
        "SEQUENCE:5",
        "DTSTART;X-P=1;TZID=Europe/Berlin:20261224T220000",
        "DTEND;TZID=Europe/Berlin:20261225T010000",
        ...FOREIGN,
      ]),
    );
    expect(moved).not.toContain("DURATION");
    expect(moved.match(/BEGIN:VTIMEZONE/g)).toHaveLength(1);
    expect(
      update({ date: "2026-12-23" }, moved).match(/BEGIN:VTIMEZONE/g),
    ).toHaveLength(1);
    expect(update({ from: "", to: "" }, moved)).toContain(
      "DTSTART;X-P=1;VALUE=DATE:20261124",
    );
  });

  it("leaves the count to the organizer", () => {
    const organized = text.replace(
      "CLASS",
      "ORGANIZER:mailto:chef@example.org\r\nCLASS",
    );
    expect(update({ date: "2026-12-24" }, organized)).toContain("SEQUENCE:4");
  });

  it("empties texts", () => {
    const next = updateEvent(
      text,
      form({ from: "09:00", to: "10:00" }),
      CONTEXT,
    );
    expect(read(next)).toEqual({
      date: "2026-11-24",
      from: "09:00",
      to: "10:00",
    });
    expect(next).toContain("DESCRIPTION:Erinnerung");
  });

  it("puts an event that was stretched over days back where it belongs", () => {
    const stretched = text.replace(
      "DURATION:PT1H",
      "DTEND;TZID=Europe/Berlin:20261126T120000",
    );
    expect(update({}, stretched)).toContain(
      "DTEND;TZID=Europe/Berlin:20261124T100000",
    );
  });

  it("never touches a series", () => {
    const series = text.replace("CLASS", "RRULE:FREQ=DAILY\r\nCLASS");
    expect(update({ date: "2026-12-24" }, series)).toBe(series);
  });
});
