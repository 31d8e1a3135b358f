import type { Instant } from "@ams-sync/sync-core";

/** The ends of what a Date can hold stand for PostgreSQL's `infinity` and `-infinity`, which the driver gives as numbers. */
const EVER = 8.64e15;

export const instant = (date: Date | number): Instant =>
  (typeof date === "number"
    ? Math.sign(date) * EVER
    : date.getTime()) as Instant;
