import { describeStack } from "./describe-stack.js";
import { stackOptions, USAGE, wrongArgument } from "./stack-config.js";
import { startStack, type Stack } from "./stack.js";

const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

async function main(): Promise<number> {
  const [argument] = process.argv.slice(2);
  if (argument === "--help") {
    process.stdout.write(USAGE);
    return 0;
  }
  if (argument !== undefined) {
    process.stderr.write(wrongArgument(argument));
    return 2;
  }
  const ending = new AbortController();
  const end = new Promise<void>((resolve) => {
    ending.signal.addEventListener("abort", () => resolve());
  });
  // The terminal, npm and the starting script may each pass the signal on.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.on(signal, () => ending.abort(new Error("Broken off.")));

  let exitCode = 0;
  let stack: Stack;
  try {
    const options = stackOptions(process.env);
    stack = await startStack({
      ...options,
      say,
      signal: ending.signal,
      onDeath: (text) => {
        exitCode = 1;
        say(`\n${text}\nThe others go on; Ctrl-C stops them.`);
      },
    });
    process.stdout.write(describeStack(stack, options));
    process.stdout.write("\nams-sync is running. Ctrl-C stops it.\n");
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    // 130: ended by Ctrl-C, as shells say it
    return ending.signal.aborted ? 130 : 1;
  }
  await end;
  say("Stopping …");
  await stack.stop();
  say("Stopped.");
  return exitCode;
}

process.exitCode = await main();
