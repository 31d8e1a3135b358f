import { expect, test } from "vitest";
import { seenAppointment } from "./seen.js";

const event = (...lines: string[]): string =>
  [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "BEGIN:VEVENT",
    "UID:1",
    "SUMMARY:Jahresgespräch",
    ...lines,
    "END:VEVENT",
    "END:VCALENDAR",
    "",
  ].join("\r\n");

test.each([
  [["DTSTART:20260329T013000", "DTEND:20260329T031500"], "01:30", "03:15"],
  [["DTSTART:20260329T023000", "DURATION:PT30M"], "02:30", "03:00"],
  [["DTSTART:20260329T233000", "DURATION:PT1H"], "23:30", "00:30"],
  [["DTSTART:20260329T090000"], "09:00", "09:00"],
  [["DTSTART;VALUE=DATE:20260329", "DTEND;VALUE=DATE:20260330"], "", ""],
])("%j is from %s to %s", (lines, from, to) => {
  expect(seenAppointment(event(...lines))).toBe(
    `2026-03-29 | ${from} | ${to} | Jahresgespräch | `,
  );
});
