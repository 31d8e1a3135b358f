import { readdir, readFile } from "node:fs/promises";

/** Stops a server and all its processes where they stand (SIGSTOP); gives the way to let them go on. */
export async function standStill(pid: number): Promise<() => void> {
  // The parent first: it makes no more of them then.
  process.kill(pid, "SIGSTOP");
  const stopped = [pid, ...(await childrenOf(pid))];
  for (const each of stopped) signal(each, "SIGSTOP");
  return () => {
    for (const each of stopped) signal(each, "SIGCONT");
  };
}

/** PostgreSQL's processes have sessions of their own: only /proc tells whose they are. */
async function childrenOf(pid: number): Promise<number[]> {
  const found: number[] = [];
  for (const entry of await readdir("/proc")) {
    const stat = await readFile(`/proc/${entry}/stat`, "utf8").catch(() => "");
    // Field 4 of proc(5) stat, counted behind the name in parentheses.
    const parent = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1];
    if (parent === String(pid)) found.push(Number(entry));
  }
  return found;
}

function signal(pid: number, name: "SIGSTOP" | "SIGCONT"): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH"))
      throw error;
  }
}
