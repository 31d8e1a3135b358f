import type {
  AmsRecord,
  AppointmentRecord,
  ContactRecord,
} from "@ams-sync/sync-core";
import { appointment, customer } from "./memory-ams.js";

/** A few records with the letters that get lost on bad ways. */
export const anna = (values: ContactRecord["values"] = {}): AmsRecord =>
  customer(
    "1",
    { firstName: "Änne", lastName: "Müller-Lüdenscheidt", ...values },
    0,
  );

export const jost = (values: ContactRecord["values"] = {}): AmsRecord =>
  customer(
    "2",
    { firstName: "Jost", lastName: "Groß", city: "Köln", ...values },
    0,
  );

/** On the day that the clocks change. */
export const visit = (values: AppointmentRecord["values"] = {}): AmsRecord =>
  appointment("9", { date: "2024-03-31", reason: "Besprechung", ...values }, 0);

/** Customers "10", "11", … */
export const customers = (count: number): readonly AmsRecord[] =>
  Array.from({ length: count }, (_, index) =>
    customer(String(index + 10), { lastName: `Böhm ${index}` }, 0),
  );
