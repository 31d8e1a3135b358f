import { link, readFile, rename, rm, writeFile } from "node:fs/promises";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Takes the data folder for this process; gives the way to give it back. Throws
 * if a running stack has it.
 */
export async function takeFolder(data: string): Promise<() => Promise<void>> {
  const file = join(data, "stack.lock");
  const own = `${file}.${process.pid}`;
  const me = identity(process.pid);
  await writeFile(own, me);
  try {
    for (;;) {
      // A link appears with its content, or not at all.
      if (await linked(own, file)) return () => rm(file, { force: true });
      const owner = await readFile(file, "utf8").catch(() => "");
      if (owner !== "" && owner === identity(Number.parseInt(owner, 10)))
        throw new Error(
          `A stack is running here already (process ${owner.split(" ")[0]}). Stop it with Ctrl-C in its terminal, or give this one a folder of its own with AMS_SYNC_DATA.`,
        );
      await removeStale(file, owner);
    }
  } finally {
    await rm(own, { force: true });
  }
}

/**
 * A process id and when it started, as ids are given again; the id alone where
 * there is no /proc. Undefined for a process that is gone.
 */
function identity(pid: number): string {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EPERM"))
      return `${pid} gone`;
  }
  try {
    // Field 22 of proc(5) stat, counted behind the name in parentheses.
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return `${pid} ${stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]}`;
  } catch {
    return `${pid}`;
  }
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST")
      return false;
    throw error;
  }
}

/** Removes a dead owner's file, and no other that took its place meanwhile. */
async function removeStale(file: string, owner: string): Promise<void> {
  const aside = `${file}.stale.${process.pid}`;
  try {
    await rename(file, aside);
  } catch {
    return;
  }
  if ((await readFile(aside, "utf8")) !== owner) await linked(aside, file);
  await rm(aside, { force: true });
}
