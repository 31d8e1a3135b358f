import { setTimeout as sleep } from "node:timers/promises";
import type { Client } from "pg";

const EVERY_MS = 5;
const PATIENCE_MS = 180_000;

/** What one look tells. */
export interface Look {
  /** Somebody streams from the slot. */
  readonly active: boolean;
  readonly done: boolean;
}

/**
 * Milliseconds from the last look that found the slot idle, so that nothing of
 * the streaming is left out, to the first that found the work done.
 */
export async function timeFromStreaming(
  look: () => Promise<Look>,
  what: string,
): Promise<number> {
  const end = performance.now() + PATIENCE_MS;
  let began: number | undefined;
  for (let before = performance.now(); performance.now() < end;) {
    const { active, done } = await look();
    if (active) began ??= before;
    if (done && began !== undefined) return performance.now() - began;
    if (began === undefined) before = performance.now();
    await sleep(EVERY_MS);
  }
  throw new Error(`Waited ${PATIENCE_MS / 1000} s in vain for ${what}.`);
}

export const slotIsActive = async (
  admin: Client,
  slot: string,
): Promise<boolean> => {
  const { rows } = await admin.query<{ active: boolean }>(
    "select active from pg_replication_slots where slot_name = $1",
    [slot],
  );
  return rows[0]?.active ?? false;
};
