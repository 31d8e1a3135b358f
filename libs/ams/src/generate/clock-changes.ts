import { addDays, lastSunday } from "./days.js";

export interface Slot {
  readonly date: string;
  /** Missing: lasts all day. */
  readonly from?: string;
  /** Earlier than `from`: on the next day. */
  readonly to?: string;
}

/**
 * Appointments in Europe/Berlin that go wrong wherever somebody takes wall time for an instant: times that do not
 * exist (March), that exist twice (October), that last an hour less or more than they seem to. The nearest first.
 */
export function clockChangeSlots(year: number): readonly Slot[] {
  return [year, year + 1, year - 1].flatMap((each) => {
    const spring = lastSunday(each, 3);
    const autumn = lastSunday(each, 10);
    return [
      { date: spring, from: "02:30", to: "03:30" },
      { date: autumn, from: "02:30", to: "02:45" },
      { date: addDays(spring, -1), from: "23:00", to: "02:30" },
      { date: addDays(autumn, -1), from: "22:00", to: "02:30" },
      { date: autumn, from: "01:30", to: "03:30" },
      { date: spring, from: "01:30", to: "03:00" },
      { date: spring },
      { date: autumn },
      { date: spring, from: "09:00", to: "10:00" },
      { date: autumn, from: "09:00", to: "10:00" },
      { date: autumn, from: "23:30", to: "00:30" },
      { date: addDays(spring, 1), from: "00:00", to: "00:30" },
    ];
  });
}
