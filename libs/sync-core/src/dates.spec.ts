import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  dayIn,
  isTimeZone,
  nextDay,
  parsePlainDate,
  parseWallTime,
} from "./dates.js";
import type { Instant, PlainDate, TimeZone } from "./dates.js";

const BERLIN = "Europe/Berlin" as TimeZone;

describe("parsePlainDate", () => {
  it.each([
    "2024-02-29",
    "1985-12-31",
    "1583-01-01",
    "9999-12-31",
    "2000-02-29",
  ])("takes %s", (text) => expect(parsePlainDate(text)).toBe(text));

  it.each([
    "1985-02-31",
    "2023-02-29",
    "1900-02-29",
    "2024-04-31",
    "2024-13-01",
    "2024-00-10",
    "2024-01-00",
    "0000-00-00",
    "0001-01-01",
    "24-01-01",
    "2024-1-1",
    "31.12.2024",
    "2024-01-01T00:00",
    " 2024-01-01",
    "2024-01-01\n",
    "",
  ])("refuses %j", (text) => expect(parsePlainDate(text)).toBeUndefined());

  it("knows exactly the days that the calendar has", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1583, max: 9999 }),
        fc.integer({ min: 0, max: 13 }),
        fc.integer({ min: 0, max: 32 }),
        (year, month, day) => {
          const instant = new Date(Date.UTC(year, month - 1, day));
          const real =
            instant.getUTCFullYear() === year &&
            instant.getUTCMonth() === month - 1 &&
            instant.getUTCDate() === day;
          const text = `${year}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
          expect(parsePlainDate(text) !== undefined).toBe(real);
        },
      ),
    );
  });
});

describe("parseWallTime", () => {
  it.each([
    ["09:30", "09:30"],
    ["00:00", "00:00"],
    ["23:59", "23:59"],
    ["09:30:00", "09:30"],
    ["09:30:15.000000", "09:30"],
  ])("reads %s as %s", (text, time) => expect(parseWallTime(text)).toBe(time));

  it.each([
    "24:00",
    "9:30",
    "09:60",
    "12:30 Uhr",
    "1230",
    "-1:00",
    "09:30\n",
    "",
  ])("refuses %j", (text) => expect(parseWallTime(text)).toBeUndefined());
});

describe("nextDay", () => {
  it.each([
    ["2024-02-28", "2024-02-29"],
    ["2023-02-28", "2023-03-01"],
    ["2024-12-31", "2025-01-01"],
    ["2024-03-30", "2024-03-31"],
    ["9999-12-31", undefined],
  ])("after %s comes %s", (day, next) =>
    expect(nextDay(day as PlainDate)).toBe(next),
  );
});

describe("dayIn", () => {
  const midnight = Date.UTC(2024, 2, 30, 23) as Instant;

  it("counts days in the given zone, whatever the zone of the process", () => {
    expect(dayIn(BERLIN, midnight)).toBe("2024-03-31");
    expect(dayIn(BERLIN, (midnight - 1) as Instant)).toBe("2024-03-30");
    expect(dayIn("America/Los_Angeles" as TimeZone, midnight)).toBe(
      "2024-03-30",
    );
    expect(dayIn("Pacific/Kiritimati" as TimeZone, midnight)).toBe(
      "2024-03-31",
    );
  });

  it("shifts with the clock changes", () => {
    const summer = Date.UTC(2024, 6, 1, 22) as Instant;
    expect(dayIn(BERLIN, summer)).toBe("2024-07-02");
    expect(dayIn(BERLIN, Date.UTC(2024, 11, 1, 22) as Instant)).toBe(
      "2024-12-01",
    );
  });

  it("gives days that parsePlainDate takes", () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e13, max: 2e14 }), (instant) => {
        const day = dayIn(BERLIN, instant as Instant);
        expect(parsePlainDate(day)).toBe(day);
      }),
    );
  });
});

describe("isTimeZone", () => {
  it.each(["Europe/Berlin", "UTC", "Europe/Zurich"])("knows %s", (name) =>
    expect(isTimeZone(name)).toBe(true),
  );
  it.each(["W. Europe Standard Time", "+01:00", "Europe/Bärlin", ""])(
    "does not know %j",
    (name) => expect(isTimeZone(name)).toBe(false),
  );
});
