import { readFile, writeFile } from "node:fs/promises";

/** What Linux accounts for a process. */
export interface ProcessFigures {
  /** Highest resident memory since the start or the last `forgetPeak`, MB (10^6 bytes). */
  readonly peakMb: number;
  readonly nowMb: number;
  /** User and system time since the start. */
  readonly cpuSeconds: number;
}

/** proc(5): times are in ticks of USER_HZ, which is 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

/** Asks the kernel, so that no peak between two samples is missed. @throws where there is no /proc or no such process */
export async function figuresOf(pid: number): Promise<ProcessFigures> {
  const [status, stat] = await Promise.all(
    ["status", "stat"].map((file) => readFile(`/proc/${pid}/${file}`, "utf8")),
  );
  const megabytes = (name: string): number => {
    const [, kib] = new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(
      status ?? "",
    ) ?? [undefined, undefined];
    if (kib === undefined)
      throw new Error(`/proc/${pid}/status has no ${name}.`);
    return (Number(kib) * 1024) / 1e6;
  };
  // The second field, the name, may hold blanks and parentheses.
  const fields = (stat ?? "")
    .slice((stat ?? "").lastIndexOf(")") + 2)
    .split(" ");
  const [user, system] = [Number(fields[11]), Number(fields[12])];
  return {
    peakMb: megabytes("VmHWM"),
    nowMb: megabytes("VmRSS"),
    cpuSeconds: (user + system) / TICKS_PER_SECOND,
  };
}

/** From here on `peakMb` is a new peak (proc(5), clear_refs 5). */
export const forgetPeak = (pid: number): Promise<void> =>
  writeFile(`/proc/${pid}/clear_refs`, "5");
