import type { Appointment, TimeZone } from "@ams-sync/sync-core";
import * as fc from "fast-check";
import ICAL from "ical.js";
import { expect, it } from "vitest";
import { foreignLine, isWithin, type JCal } from "../testing/foreign-lines.js";
import { newEvent, readEvent, updateEvent } from "./index.js";

const zone = "Europe/Berlin" as TimeZone;

const line = foreignLine([
  "ATTENDEE;PARTSTAT=ACCEPTED",
  "ORGANIZER",
  "CATEGORIES",
  "CLASS",
  "COMMENT",
  "CONTACT",
  "LOCATION",
  "RELATED-TO",
  "RESOURCES",
  "STATUS",
  "ATTACH;ENCODING=BASE64;VALUE=BINARY",
  "CONFERENCE",
  "X-APPLE-STRUCTURED-LOCATION;VALUE=TEXT",
  "X-MICROSOFT-CDO-BUSYSTATUS",
]);
const block = (name: string) =>
  fc
    .array(line, { minLength: 1, maxLength: 3 })
    .map((lines) => [`BEGIN:${name}`, ...lines, `END:${name}`].join("\r\n"));

const time = fc.constantFrom("00:00", "02:30", "09:15", "23:59");
const appointment: fc.Arbitrary<Appointment> = fc
  .record(
    {
      date: fc.constantFrom("2026-03-29", "2026-10-25", "2026-12-31"),
      reason: fc.constantFrom("Beratung", "a;b,c\\d", "x".repeat(90)),
      remark: fc.constantFrom("eins\nzwei", "🏡"),
      times: fc.tuple(time, time),
    },
    { requiredKeys: ["date"] },
  )
  .map(({ times, ...fields }) => ({
    type: "appointment",
    fields: {
      ...fields,
      ...(times !== undefined && { from: times[0], to: times[1] }),
    },
  }));

const OURS = [
  ...["dtstart", "dtend", "duration", "summary", "description"],
  ...["dtstamp", "last-modified", "sequence"],
];

type Block = [string, JCal[], Block[]];
const parsed = (source: string) => ICAL.parse(source) as unknown as Block;
const eventIn = ([, , blocks]: Block): Block =>
  blocks.find(([name]) => name === "vevent")!;
const foreignIn = ([, properties]: Block) =>
  properties.filter(([name]) => !OURS.includes(name));

it("an update keeps whatever others put into an event, as another parser reads it and to the letter", () => {
  fc.assert(
    fc.property(
      appointment,
      appointment,
      fc.array(line, { maxLength: 10 }),
      fc.array(block("VALARM"), { maxLength: 3 }),
      fc.array(block("X-QBLOCK"), { maxLength: 2 }),
      fc.array(line, { maxLength: 2 }),
      fc.boolean(),
      (before, after, lines, alarms, others, outer, first) => {
        const context = { timeZone: zone, now: 0 };
        const inner = lines.join("\r\n");
        const source = newEvent("uid", before, context)
          .replace(/(BEGIN:VEVENT)(?=\r\n)/, (begin) =>
            first && inner !== "" ? `${begin}\r\n${inner}` : begin,
          )
          .replace("END:VEVENT", (end) =>
            [...(first ? [] : lines), ...alarms, end].join("\r\n"),
          )
          .replace("CALSCALE:GREGORIAN", (scale) =>
            [scale, ...outer].join("\r\n"),
          )
          .replace("END:VCALENDAR", (end) => [...others, end].join("\r\n"));
        const updated = updateEvent(source, after, { ...context, now: 1_000 });
        const reading = readEvent(updated, zone);
        expect(reading.kind).toBe("event");
        const [was, is] = [parsed(source), parsed(updated)];
        expect(foreignIn(eventIn(is))).toEqual(foreignIn(eventIn(was)));
        expect(eventIn(is)[2]).toEqual(eventIn(was)[2]);
        expect(is[1]).toEqual(was[1]);
        expect(
          isWithin(
            was[2].filter(([name]) => name !== "vevent"),
            is[2],
          ),
        ).toBe(true);
        for (const each of [...lines, ...alarms, ...others, ...outer])
          expect(updated).toContain(`\r\n${each}\r\n`);
        expect(updateEvent(updated, after, { ...context, now: 2_000 })).toBe(
          updated,
        );
        // Nobody is invited who was not, and nobody is uninvited.
        const guests = (text: string) =>
          text.replace(/\r\n /g, "").match(/^(?:ATTENDEE|ORGANIZER).*$/gm);
        expect(guests(updated)).toEqual(guests(source));
      },
    ),
    { numRuns: 300 },
  );
});
