import type { Fields, TimeZone } from "@ams-sync/sync-core";
import { describe, expect, it } from "vitest";
import { readEvent } from "./index.js";

const BERLIN = "Europe/Berlin" as TimeZone;
const UID = "f81d4fae-7dec-51d0-a765-00a0c91e6bf6";

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
const read = (text: string, zone = BERLIN): Fields => {
  const reading = readEvent(text, zone);
  if (reading.kind === "unmapped") throw new Error(reading.obstacle);
  return reading.appointment.fields;
};
const obstacle = (text: string) => {
  const reading = readEvent(text, BERLIN);
  return reading.kind === "unmapped" ? reading.obstacle : undefined;
};

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
    "TZID:Zeitzone des Amts",
    "BEGIN:STANDARD",
    "DTSTART:16010101T000000",
    "TZOFFSETFROM:+0000",
    "TZOFFSETTO:+0000",
    "END:STANDARD",
    "END:VTIMEZONE",
  ];
  const start = "DTSTART;TZID=Zeitzone des Amts:20260701T090000";

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
    expect(obstacle(calendar(start.replace("Amt", "constructor")))).toBe(
      "unknown-zone",
    );
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
    expect(reading).toMatchObject({ kind: "event", uid: UID });
    expect(read(calendar(...lines))).toEqual({ date: "2026-11-24", ...times });
  });

  it.each([
    [["DTSTART;VALUE=DATE:20261124", "DTEND;VALUE=DATE:20261126"]],
    [["DTSTART;VALUE=DATE:20261124", "DURATION:P1W"]],
    [["DTSTART:20261124T090000", "DTEND:20261125T090000"]],
    [["DTSTART:20261124T090000", "DTEND:20261125T100000"]],
    [["DTSTART:20261124T220000Z", "DTEND:20261125T220000Z"]],
  ])("sees that %j is longer than ams can hold", (lines) =>
    expect(obstacle(calendar(...lines))).toBe("several-days"),
  );

  it.each([
    ["RRULE:FREQ=WEEKLY"],
    ["EXRULE:FREQ=WEEKLY"],
    ["EXDATE:20261201T090000"],
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
    ["no-item", "BEGIN:VCALENDAR\nBEGIN:VTODO\nEND:VTODO\nEND:VCALENDAR"],
    ["no-item", "BEGIN:VCALENDAR\nBEGIN:VJOURNAL\nEND:VJOURNAL\nEND:VCALENDAR"],
    [
      "no-item",
      "BEGIN:VCALENDAR\nBEGIN:VFREEBUSY\nEND:VFREEBUSY\nEND:VCALENDAR",
    ],
    ["no-item", "BEGIN:VCARD\nFN:x\nEND:VCARD"],
    ["unreadable", "<html>"],
    ["unreadable", calendar("DTSTART:20261124T090000").slice(0, -20)],
    ["unreadable", calendar("DTSTART:20261124T090000", "SUMMARY:a\0b")],
    ["unreadable", calendar("DTSTART:999991124T090000")],
    ["unreadable", calendar("DTSTART:00001124T090000")],
    ["unreadable", calendar("DTSTART:99991231T233000Z")],
    ["unreadable", calendar("DTSTART:20261124T090000", "DURATION:P99999999W")],
    [
      "unreadable",
      calendar("DTSTART:20261124T090000", "DTEND:20261123T100000"),
    ],
    [
      "unreadable",
      calendar("DTSTART:20261124T090000", "DTEND:20261124T080000"),
    ],
    [
      "unreadable",
      calendar("DTSTART:20261025T023000", "DTEND:20261025T021500"),
    ],
    ["unreadable", calendar("SUMMARY:ohne Anfang")],
    ["unreadable", calendar("DTSTART:20260230T090000")],
    ["unreadable", calendar("DTSTART:20261124T250000")],
    ["unreadable", calendar("DTSTART:20261124T090000", "DURATION:bald")],
    ["unreadable", calendar("DTSTART:20261124T090000", "DURATION:-PT1H")],
  ])("says %s", (reason, text) => expect(obstacle(text)).toBe(reason));
});
