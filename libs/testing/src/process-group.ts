import { readdir, readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

const GONE_MS = 2_000;

/** Gives whether there was anybody in the group to hear it. */
export function signalGroup(
  group: number,
  signal: NodeJS.Signals | 0,
): boolean {
  try {
    return process.kill(-group, signal);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ESRCH")
      return false;
    throw error;
  }
}

/** Kills what is left of a group, and waits until nothing of it runs. */
export async function endGroup(group: number): Promise<void> {
  if (!signalGroup(group, "SIGKILL")) return;
  const end = performance.now() + GONE_MS;
  while (performance.now() < end && (await groupRuns(group))) await sleep(10);
}

/**
 * Orphans stay listed as zombies until somebody collects them, which in a
 * container without an init nobody does: Linux is asked for their state.
 */
export async function groupRuns(group: number): Promise<boolean> {
  if (!signalGroup(group, 0)) return false;
  const files = await readdir("/proc").catch(() => undefined);
  if (files === undefined) return true;
  const stats = await Promise.all(
    files
      .filter((name) => /^\d+$/.test(name))
      .map((pid) => readFile(`/proc/${pid}/stat`, "utf8").catch(() => "")),
  );
  return stats.some((stat) => {
    // The second field, the name, may hold blanks and parentheses.
    const [state, , itsGroup] = stat
      .slice(stat.lastIndexOf(")") + 2)
      .split(" ");
    return Number(itsGroup) === group && state !== "Z";
  });
}
