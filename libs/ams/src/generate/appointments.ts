import { changedAround } from "./changed-at.js";
import { clockChangeSlots, type Slot } from "./clock-changes.js";
import { addDays, wallTime, weekday } from "./days.js";
import { Dice } from "./dice.js";
import {
  SEQUENCE,
  type BrokeragePlan,
  type Cell,
  type Row,
  type TableRows,
} from "./plan.js";
import { ALL_DAY_REASONS, REASONS, SENTENCES } from "./wording.js";

const COLUMNS = [
  "tenant_id",
  "appointment_id",
  "user_id",
  "customer_id",
  "last_changed",
  "date",
  "reason",
  "remark",
  "starts_at_time",
  "ends_at_time",
] as const;
type Column = (typeof COLUMNS)[number];
export type AppointmentCells = { readonly [column in Column]?: Cell };

/** Appointments two years back and one ahead, every fourth around a clock change until each was there once. */
export function appointmentTable(
  plan: BrokeragePlan,
  broken: readonly AppointmentCells[],
): TableRows {
  const dice = new Dice(plan.seed, SEQUENCE.appointments);
  const today = plan.now.toISOString().slice(0, 10);
  const clockChanges = clockChangeSlots(plan.now.getUTCFullYear());
  const rows = function* (): Generator<Row> {
    for (let index = 0; index < plan.appointments + broken.length; index++) {
      const slot =
        (index % 4 === 0 ? clockChanges[index / 4] : undefined) ??
        (dice.chance(1) ? dice.pick(clockChanges) : anySlot(dice, today));
      const cells: AppointmentCells = {
        tenant_id: plan.tenantId,
        appointment_id: index + 1,
        user_id: (index % plan.users) + 1,
        customer_id:
          plan.customers > 0
            ? dice.maybe(75, dice.between(1, plan.customers))
            : null,
        last_changed: changedAround(dice, slot.date, plan.now),
        date: slot.date,
        reason: dice.pick(slot.from === undefined ? ALL_DAY_REASONS : REASONS),
        remark: remark(dice),
        starts_at_time: slot.from ?? null,
        ends_at_time: slot.to ?? null,
        ...broken[index - plan.appointments],
      };
      yield COLUMNS.map((column) => cells[column] ?? null);
    }
  };
  return { table: "appointment", columns: COLUMNS, rows: rows() };
}

function anySlot(dice: Dice, today: string): Slot {
  const day = addDays(today, dice.between(-730, 365));
  const date = weekday(day) === 0 ? addDays(day, 1) : day;
  if (dice.chance(6)) return { date };
  if (dice.chance(2)) {
    // Past midnight: the end is a time of the next day.
    const from = 21 * 60 + dice.int(12) * 15;
    return { date, from: wallTime(from), to: wallTime(from + 240) };
  }
  const from = 8 * 60 + dice.int(44) * 15;
  if (dice.chance(2)) return { date, from: wallTime(from) };
  const length = dice.pick([15, 30, 45, 60, 60, 90, 120]);
  return { date, from: wallTime(from), to: wallTime(from + length) };
}

function remark(dice: Dice): string | null {
  if (dice.chance(30)) return null;
  if (dice.chance(60)) return dice.pick(SENTENCES);
  const length = dice.chance(12) ? dice.between(20, 60) : dice.between(2, 6);
  const lines = Array.from({ length }, () => dice.pick(SENTENCES));
  // Remarks typed on Windows keep its line ends.
  return lines.join(dice.pick(["\n", "\n\n", "\r\n"]));
}
