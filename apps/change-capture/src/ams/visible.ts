import { setTimeout as sleep } from "node:timers/promises";
import type { ClientBase } from "pg";

const FIRST_MS = 1;
const LONGEST_MS = 100;

/**
 * Waits until what these transactions wrote can be read. PostgreSQL writes a commit to the WAL, and to its readers,
 * before it lets others see the rows: for microseconds, on a busy machine for milliseconds, with a synchronous standby
 * for as long as that one takes. Whoever is told meanwhile and looks finds the rows as they were, and takes the change
 * for none.
 * @param xids as pgoutput tells them, the lower 32 bits
 * @returns early, with the signal aborted
 * @throws what the database says
 */
export async function untilVisible(
  client: ClientBase,
  xids: readonly number[],
  signal: AbortSignal,
): Promise<void> {
  let left = xids;
  for (let ms = FIRST_MS; left.length > 0; ms = Math.min(2 * ms, LONGEST_MS)) {
    if (signal.aborted) return;
    const { rows } = await client.query<{ snapshot: string }>(
      "select pg_current_snapshot()::text as snapshot",
    );
    const hidden = hiddenFrom(rows[0]?.snapshot ?? "");
    left = left.filter(hidden);
    if (left.length > 0) await sleep(ms);
  }
}

/**
 * Whether a transaction is still under way for a snapshot "xmin:xmax:xip,…" (PostgreSQL 18, table 9.85), whose numbers
 * have 64 bits. Numbers of 32 bits are less than 2^31 away from it, or they would have been frozen.
 */
export function hiddenFrom(snapshot: string): (xid: number) => boolean {
  const [xmin, xmax, list] = snapshot.split(":");
  if (!xmin || !xmax)
    throw new Error("PostgreSQL answered with a snapshot that cannot be read.");
  const [low, high] = [BigInt(xmin), BigInt(xmax)];
  const underWay = new Set((list ?? "").split(","));
  return (xid) => {
    const away = BigInt.asIntN(32, BigInt(xid) - high);
    const whole = high + away;
    if (whole < low) return false;
    return whole >= high || underWay.has(String(whole));
  };
}
