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
  it("give an event a length and no end where others would see the end before the start", () => {
    const text = newEvent(
      UID,
      form({ date: "2026-03-29", from: "02:30", to: "03:00" }),
      CONTEXT,
    );
    expect(eventLines(text)).toEqual(
      expect.arrayContaining([
        "DTSTART;TZID=Europe/Berlin:20260329T023000",
        "DURATION:PT30M",
      ]),
    );
    expect(text).not.toContain("DTEND");
    const longer = updateEvent(
      text,
      form({ date: "2026-03-29", from: "02:30", to: "04:00" }),
      CONTEXT,
    );
    expect(longer).toContain("DTEND;TZID=Europe/Berlin:20260329T040000");
    expect(longer).not.toContain("DURATION");
  });

  it.each([
    [
      "a time that the night in spring does not have",
      "2026-03-29",
      "02:30",
      "03:30",
    ],
    ["from such a time to the hour after it", "2026-03-29", "02:30", "03:00"],
    ["from such a time to its double", "2026-03-29", "02:30", "03:30"],
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
