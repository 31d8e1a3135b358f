import type { Appointment, Fields, TimeZone } from "@ams-sync/sync-core";
import { describe, expect, it } from "vitest";
import { readEvent, updateEvent } from "./index.js";

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

describe("an event that was called off", () => {
  const lines = ["SEQUENCE:4", "SUMMARY:Gespräch", "LOCATION:Büro"];
  const at = ["DTSTART;VALUE=DATE:20261124", "DTEND;VALUE=DATE:20261125"];
  const off = calendar(...lines, ...at, "STATUS:CANCELLED");

  it.each(["Gespräch", "Beratung"])(
    "takes place again, once it is written: %s",
    (reason) => {
      const next = updateEvent(off, form({ reason }), CONTEXT);
      const event = eventLines(next);
      expect(event.filter((line) => line.startsWith("STATUS"))).toEqual([]);
      expect(event).toContain("LOCATION:Büro");
      expect(event).toContain(`SUMMARY:${reason}`);
      expect(event).toContain("SEQUENCE:5");
      expect(updateEvent(next, form({ reason }), CONTEXT)).toBe(next);
    },
  );

  it("another state is its user's own", () => {
    const confirmed = calendar(...lines, ...at, "STATUS:CONFIRMED");
    const next = updateEvent(confirmed, form({ reason: "Rat" }), CONTEXT);
    expect(eventLines(next)).toContain("STATUS:CONFIRMED");
  });
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

  it("leaves an event alone that was stretched over days", () => {
    const stretched = text.replace(
      "DURATION:PT1H",
      "DTEND;TZID=Europe/Berlin:20261126T120000",
    );
    expect(update({}, stretched)).toBe(stretched);
  });

  it("never touches a series", () => {
    const series = text.replace("CLASS", "RRULE:FREQ=DAILY\r\nCLASS");
    expect(update({ date: "2026-12-24" }, series)).toBe(series);
  });
});

it("a new remark takes away the HTML that Outlook shows in its place; a new reason does not", () => {
  const text = calendar(
    "DTSTART;VALUE=DATE:20261124",
    "SUMMARY:Termin",
    "DESCRIPTION:alt",
    "X-ALT-DESC;FMTTYPE=text/html:<p>alt</p>",
  );
  const changed = (fields: Fields) => updateEvent(text, form(fields), CONTEXT);
  expect(changed({ reason: "Termin", remark: "neu" })).not.toContain("<p>");
  expect(changed({ reason: "Termin" })).not.toContain("<p>");
  expect(changed({ reason: "Neu", remark: "alt" })).toContain("<p>alt</p>");
});
