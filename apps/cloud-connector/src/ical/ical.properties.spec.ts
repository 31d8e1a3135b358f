import type { Appointment, TimeZone } from "@ams-sync/sync-core";
import * as fc from "fast-check";
import ICAL from "ical.js";
import { DateTime } from "luxon";
import { describe, expect, it } from "vitest";
import {
  newEvent,
  normalizeAppointment,
  readEvent,
  updateEvent,
} from "./index.js";

const text = fc.oneof(
  fc.string({
    unit: fc.oneof(
      fc.constantFrom(
        "ä",
        "ß",
        "🏡",
        "👩‍🍳",
        ",",
        ";",
        "\\",
        "\n",
        "\r\n",
        ":",
        '"',
        "n",
        " ",
        "\t",
        "0",
      ),
      fc.string({ unit: "grapheme", minLength: 1, maxLength: 1 }),
    ),
    maxLength: 200,
  }),
  fc
    .tuple(fc.integer({ min: 55, max: 80 }), fc.constantFrom("ü", "🏡", "x"))
    .map(([length, last]) => "a".repeat(length) + last.repeat(40)),
  fc.constantFrom("007", "1e5", "true", "END:VEVENT", "a\\nb", "\\;"),
);
/** Any day of a century; days of a clock change more often than chance has them. */
const date = fc.oneof(
  fc
    .integer({ min: 0, max: 36_524 })
    .map((day) => new Date(day * 86_400_000).toISOString().slice(0, 10)),
  fc.constantFrom(
    "2026-03-28",
    "2026-03-29",
    "2026-10-24",
    "2026-10-25",
    "2028-02-29",
    "2026-12-31",
  ),
);
const time = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
  .map((parts) => parts.map((part) => String(part).padStart(2, "0")).join(":"));
const appointment: fc.Arbitrary<Appointment> = fc
  .record(
    { date, reason: text, remark: text, from: time, to: time },
    { requiredKeys: ["date"] },
  )
  .map((fields) => normalizeAppointment({ type: "appointment", fields }));
const timeZone = fc.constantFrom(
  "Europe/Berlin",
  "Europe/Zurich",
  "America/New_York",
  "Pacific/Kiritimati",
  "Australia/Lord_Howe",
  "UTC",
) as fc.Arbitrary<TimeZone>;

const read = (source: string, zone: TimeZone) => {
  const reading = readEvent(source, zone);
  return reading.kind === "event" ? reading : undefined;
};

describe("a new event", () => {
  it("says what it was made of, in every zone and around clock changes", () => {
    fc.assert(
      fc.property(appointment, timeZone, (form, zone) => {
        const reading = read(
          newEvent("uid", form, { timeZone: zone, now: 0 }),
          zone,
        );
        expect(reading?.appointment).toEqual(form);
      }),
      { numRuns: 500 },
    );
  });

  it("is read the same by another parser, with every line within 75 octets", () => {
    fc.assert(
      fc.property(appointment, timeZone, (form, zone) => {
        const source = newEvent("uid", form, { timeZone: zone, now: 0 });
        for (const line of source.split("\r\n"))
          expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
        const calendar = ICAL.Component.fromString(source);
        const component = calendar.getFirstSubcomponent("vevent");
        if (component === null) throw new Error("no event");
        const event = new ICAL.Event(component);
        expect(event.summary ?? undefined).toBe(form.fields.reason);
        expect(event.description ?? undefined).toBe(form.fields.remark);
        expect(event.startDate.toString()).toBe(
          form.fields.from === undefined
            ? form.fields.date
            : `${form.fields.date}T${form.fields.from}:00${zone === "UTC" ? "Z" : ""}`,
        );
      }),
    );
  });
});

describe("a night in which the clocks change", () => {
  const night = fc.constantFrom<readonly [string, string, string]>(
    ["Europe/Berlin", "2026-03-28", "2026-03-29"],
    ["Europe/Berlin", "2026-10-24", "2026-10-25"],
    ["America/New_York", "2026-03-07", "2026-03-08"],
    ["America/New_York", "2026-10-31", "2026-11-01"],
    ["Australia/Lord_Howe", "2026-10-03", "2026-10-04"],
    ["Australia/Lord_Howe", "2026-04-04", "2026-04-05"],
  );
  const small = fc
    .integer({ min: 0, max: 23 })
    .map((tens) => tens * 10)
    .map((minutes) =>
      [Math.trunc(minutes / 60), minutes % 60]
        .map((part) => String(part).padStart(2, "0"))
        .join(":"),
    );
  const hour = fc.oneof(small, fc.constantFrom("23:00", "23:59"));

  it("has no event that ends before it starts, and every one as it is in ams", () => {
    fc.assert(
      fc.property(
        night,
        fc.boolean(),
        hour,
        hour,
        ([zone, eve, day], before, from, to) => {
          const timeZone = zone as TimeZone;
          const fields = { date: before ? eve : day, from, to };
          const form: Appointment = { type: "appointment", fields };
          const source = newEvent("uid", form, { timeZone, now: 0 });
          expect(read(source, timeZone)?.appointment).toEqual(form);
          const lasts = lengthOf(source, zone);
          if (from === to) expect(lasts).toBe(0);
          else expect(lasts).toBeGreaterThan(0);
        },
      ),
      { numRuns: 1000 },
    );
  });
});

/** Milliseconds as RFC 5545 3.3.5 has them: Luxon too reads a skipped time with the offset before the gap. */
function lengthOf(source: string, zone: string): number {
  const event = ICAL.Component.fromString(source).getFirstSubcomponent(
    "vevent",
  ) as ICAL.Component;
  const at = (name: string) =>
    DateTime.fromISO(String(event.getFirstPropertyValue(name)), { zone });
  const duration = event.getFirstPropertyValue("duration");
  if (duration !== null) return (duration as ICAL.Duration).toSeconds() * 1_000;
  return event.hasProperty("dtend")
    ? at("dtend").toMillis() - at("dtstart").toMillis()
    : 0;
}

const FOREIGN = [
  'ATTENDEE;CN="Müller, Jörg":mailto:j@example.org',
  "CATEGORIES:Kunde,VIP\\,2",
  "CLASS:PRIVATE",
  "LOCATION:Büro\\; 2. Stock",
  "SCHEDULE-STATUS:1.1",
  "GEO:49.0100;8.0000",
  'X-ODD;X-P="a;b:c":roh\\,x;y',
  "URL:https://example.org/?a=1,2;3",
];
const ALARM = [
  "BEGIN:VALARM",
  "TRIGGER:-PT15M",
  "ACTION:DISPLAY",
  "DESCRIPTION:Erinnerung",
  "END:VALARM",
];
const withForeign = (source: string, lines: readonly string[]) =>
  source.replace(/END:VEVENT\r\nEND:VCALENDAR\r\n$/, (end) =>
    [...lines, ...ALARM, end].join("\r\n"),
  );

describe("an updated event", () => {
  it("says the new and keeps every foreign line", () => {
    fc.assert(
      fc.property(
        appointment,
        appointment,
        timeZone,
        fc.shuffledSubarray(FOREIGN),
        (before, after, zone, lines) => {
          const source = withForeign(
            newEvent("uid", before, { timeZone: zone, now: 0 }),
            lines,
          );
          const updated = updateEvent(source, after, {
            timeZone: zone,
            now: 1000,
          });
          expect(read(updated, zone)?.appointment).toEqual(after);
          const kept = updated
            .split("\r\n")
            .filter((line) => lines.includes(line));
          expect(kept).toEqual(lines);
          expect(updated).toContain(`${ALARM.join("\r\n")}\r\nEND:VEVENT`);
          expect(
            updateEvent(updated, after, { timeZone: zone, now: 2000 }),
          ).toBe(updated);
        },
      ),
      { numRuns: 300 },
    );
  });

  it("is the very text where nothing changed, however a server folds it", () => {
    fc.assert(
      fc.property(appointment, timeZone, (form, zone) => {
        const context = { timeZone: zone, now: 0 };
        const source = withForeign(newEvent("uid", form, context), FOREIGN);
        const logical = source.replace(/\r\n /g, "").split("\r\n");
        for (const stored of [
          source,
          logical.join("\n"),
          logical.map((line) => [...line].join("\r\n\t")).join("\r\n"),
        ])
          expect(updateEvent(stored, form, { ...context, now: 1000 })).toBe(
            stored,
          );
      }),
    );
  });
});
