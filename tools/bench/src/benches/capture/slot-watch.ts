import { setTimeout as sleep } from "node:timers/promises";
import type { Client } from "pg";

/** Seldom enough to cost next to nothing; what is measured takes seconds. */
const EVERY_MS = 20;
const PATIENCE_MS = 180_000;
const QUIET_MS = 500;

export interface Watched {
  readonly admin: Client;
  readonly slot: string;
  readonly done: () => Promise<boolean> | boolean;
}

/**
 * Milliseconds from the last look that found the slot idle, so that nothing of
 * the streaming is left out, to the first that found the work done.
 */
export async function timeFromStreaming(what: Watched): Promise<number> {
  const inTime = patience(what);
  let begin = performance.now();
  while (!(await senderOf(what))) {
    inTime();
    await sleep(EVERY_MS);
    begin = performance.now();
  }
  await untilDone(what, inTime);
  return performance.now() - begin;
}

/**
 * Milliseconds that what `make` commits takes a reader who streams already, from the moment at which its sender may
 * begin: that one is stopped meanwhile, so that nothing of it is read, decoded or on its way before.
 */
export async function timeFromBacklog(
  what: Watched,
  make: () => Promise<unknown>,
): Promise<number> {
  const inTime = patience(what);
  // One at work may hold a lock that commits wait for.
  await sleep(QUIET_MS);
  const sender = await senderOf(what);
  if (!sender) throw new Error(`Nobody reads the slot ${what.slot}.`);
  process.kill(sender, "SIGSTOP");
  let begin;
  try {
    await make();
  } finally {
    begin = performance.now();
    process.kill(sender, "SIGCONT");
  }
  await untilDone(what, inTime);
  return performance.now() - begin;
}

async function untilDone(what: Watched, inTime: () => void): Promise<void> {
  while (!(await what.done())) {
    inTime();
    await sleep(EVERY_MS);
  }
}

function patience({ slot }: Watched): () => void {
  const end = performance.now() + PATIENCE_MS;
  return () => {
    if (performance.now() > end)
      throw new Error(
        `Waited ${PATIENCE_MS / 1_000} s in vain for all that the slot ${slot} has.`,
      );
  };
}

/** Process of the server that sends the slot's changes. */
async function senderOf({ admin, slot }: Watched): Promise<number | null> {
  const { rows } = await admin.query<{ active_pid: number | null }>(
    "select active_pid from pg_replication_slots where slot_name = $1",
    [slot],
  );
  return rows[0]?.active_pid ?? null;
}
