import type { Problem, RecordKind } from "@ams-sync/sync-core";
import type { AppointmentCells } from "./appointments.js";
import type { CustomerCells } from "./customers.js";
import type { BrokeragePlan } from "./plan.js";

export interface BrokenRecord {
  readonly kind: Extract<RecordKind, "customer" | "appointment">;
  readonly id: string;
  readonly problem: Problem;
}

type Case =
  | { kind: "customer"; cells: CustomerCells; problem: Problem }
  | { kind: "appointment"; cells: AppointmentCells; problem: Problem };

const CASES: readonly Case[] = [
  {
    kind: "customer",
    cells: { last_name: "Überlänge".repeat(1112).slice(0, 10_000) },
    problem: { code: "too-long", field: "lastName" },
  },
  {
    kind: "customer",
    cells: { birth_date: "1985-02-31" },
    problem: { code: "impossible-date", field: "birthDate" },
  },
  {
    kind: "customer",
    cells: { last_name: "Schäfer\u0007\u001b[2J" },
    problem: { code: "control-characters", field: "lastName" },
  },
  {
    kind: "appointment",
    cells: { date: "2026-02-30" },
    problem: { code: "impossible-date", field: "date" },
  },
  {
    kind: "appointment",
    cells: { starts_at_time: "25:61", ends_at_time: null },
    problem: { code: "impossible-time", field: "from" },
  },
  {
    kind: "appointment",
    cells: { starts_at_time: null, ends_at_time: "10:00" },
    problem: { code: "end-without-start", field: "to" },
  },
];

export interface BrokenRows {
  readonly customers: readonly CustomerCells[];
  readonly appointments: readonly AppointmentCells[];
  readonly records: readonly BrokenRecord[];
}

/** Rows that ams may hold and nobody can carry, with ids after the sound ones. */
export function brokenRows(plan: BrokeragePlan): BrokenRows {
  const customers: CustomerCells[] = [];
  const appointments: AppointmentCells[] = [];
  const records: BrokenRecord[] = [];
  for (let index = 0; index < plan.brokenRows; index++) {
    const each = CASES[index % CASES.length];
    if (each === undefined) continue;
    const id =
      each.kind === "customer"
        ? plan.customers + customers.push(each.cells)
        : plan.appointments + appointments.push(each.cells);
    records.push({ kind: each.kind, id: String(id), problem: each.problem });
  }
  return { customers, appointments, records };
}
