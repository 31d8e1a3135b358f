import { describe, expect, it } from "vitest";
import { clockChangeSlots } from "./clock-changes.js";
import { addDays, isoDay, lastSunday, wallTime, weekday } from "./days.js";

/** What the clocks in Berlin show on that day at noon UTC, "GMT+1" or "GMT+2". */
const offset = (day: string) =>
  new Intl.DateTimeFormat("en", {
    timeZone: "Europe/Berlin",
    timeZoneName: "shortOffset",
  })
    .formatToParts(new Date(`${day}T12:00:00Z`))
    .find(({ type }) => type === "timeZoneName")?.value;

describe("days", () => {
  it.each(Array.from({ length: 40 }, (_, index) => 2000 + index))(
    "finds the days on which Berlin changes its clocks in %i",
    (year) => {
      const spring = lastSunday(year, 3);
      const autumn = lastSunday(year, 10);
      expect([offset(addDays(spring, -1)), offset(spring)]).toEqual([
        "GMT+1",
        "GMT+2",
      ]);
      expect([offset(addDays(autumn, -1)), offset(autumn)]).toEqual([
        "GMT+2",
        "GMT+1",
      ]);
      expect(weekday(spring)).toBe(0);
    },
  );

  it("counts over leap days and years", () => {
    expect(addDays("2024-02-28", 1)).toBe("2024-02-29");
    expect(addDays("2023-12-31", 60)).toBe("2024-02-29");
    expect(isoDay(1964, 2, 29)).toBe("1964-02-29");
  });

  it("wraps times at midnight", () => {
    expect(wallTime(9 * 60 + 5)).toBe("09:05");
    expect(wallTime(25 * 60)).toBe("01:00");
  });

  it("has slots that end on the next day, around both changes", () => {
    const overnight = clockChangeSlots(2026).filter(
      ({ from, to }) => from !== undefined && to !== undefined && to < from,
    );
    expect(overnight.map(({ date }) => date)).toEqual(
      expect.arrayContaining(["2026-03-28", "2026-10-24"]),
    );
  });
});
