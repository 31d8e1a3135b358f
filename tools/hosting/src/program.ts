import { createInterface } from "node:readline/promises";
import { ConfigError } from "@ams-sync/platform";
import { SingleBar } from "cli-progress";
import { isTenantId } from "./database.js";

/** The words were wrong: said with how they are to be. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

export const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

/** A bar on the terminal; a line now and then elsewhere. */
export const progressBar = (what: string) => {
  const bar = new SingleBar({
    format: `  {bar} {percentage} %   {value} of {total} ${what}   {duration_formatted}`,
    stream: process.stderr,
    noTTYOutput: true,
    notTTYSchedule: 5_000,
    hideCursor: true,
  });
  let begun = false;
  return {
    update: (done: number, all: number): void => {
      if (!begun) bar.start(all, done);
      begun = true;
      bar.update(done);
    },
    stop: (): void => {
      if (begun) bar.stop();
      begun = false;
    },
  };
};

/** Asks before what cannot be taken back. Without a terminal only `--yes` will do. */
export const confirmed = async (
  question: string,
  answer: string,
  yes: boolean,
): Promise<boolean> => {
  if (yes) return true;
  if (!process.stdin.isTTY)
    throw new UsageError("Nobody is there to be asked: give --yes.");
  const lines = createInterface({
    input: process.stdin,
    output: process.stderr,
  });
  try {
    return (await lines.question(`${question} `)).trim() === answer;
  } finally {
    lines.close();
  }
};

export const tenantOf = (text: string | undefined): string => {
  if (text !== undefined && isTenantId(text)) return text.toLowerCase();
  throw new UsageError("Give the tenant's id, a UUID.");
};

/**
 * The whole of a program: Ctrl-C breaks it off between two steps, and what fails is said in a sentence.
 * @param work gives the exit code
 */
export const runProgram = async (
  usage: string,
  work: (args: string[], signal: AbortSignal) => Promise<number>,
): Promise<void> => {
  const args = process.argv.slice(2);
  if (args.includes("--help")) {
    process.stdout.write(usage);
    return;
  }
  const over = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.on(signal, () => over.abort());
  try {
    process.exitCode = await work(args, over.signal);
  } catch (error) {
    const wrongWords = error instanceof UsageError;
    const told = error instanceof Error ? error.message : String(error);
    say(wrongWords ? `${told}\n\n${usage}` : told);
    process.exitCode = wrongWords || error instanceof ConfigError ? 2 : 1;
  }
};
