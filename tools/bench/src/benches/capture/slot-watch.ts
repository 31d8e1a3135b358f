import { setTimeout as sleep } from "node:timers/promises";
import type { Client } from "pg";

/** Seldom enough to cost next to nothing; what is measured takes seconds. */
const EVERY_MS = 20;
const PATIENCE_MS = 180_000;

/**
 * Milliseconds from the last look that found the slot idle, so that nothing of
 * the streaming is left out, to the first that found the work done.
 */
export async function timeFromStreaming(what: {
  readonly admin: Client;
  readonly slot: string;
  readonly done: () => Promise<boolean> | boolean;
}): Promise<number> {
  const end = performance.now() + PATIENCE_MS;
  const inTime = (): void => {
    if (performance.now() > end)
      throw new Error(
        `Waited ${PATIENCE_MS / 1_000} s in vain for all that the slot ${what.slot} has.`,
      );
  };
  let begin = performance.now();
  while (!(await isActive(what.admin, what.slot))) {
    inTime();
    await sleep(EVERY_MS);
    begin = performance.now();
  }
  while (!(await what.done())) {
    inTime();
    await sleep(EVERY_MS);
  }
  return performance.now() - begin;
}

async function isActive(admin: Client, slot: string): Promise<boolean> {
  const { rows } = await admin.query<{ active: boolean }>(
    "select active from pg_replication_slots where slot_name = $1",
    [slot],
  );
  return rows[0]?.active ?? false;
}
