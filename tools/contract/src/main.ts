import { SingleBar } from "cli-progress";
import { readArgs, USAGE, UsageError } from "./args.js";
import { farewell, reportText } from "./report.js";
import { tryServer } from "./try-server.js";

/** What of ours is still there, once something was made. */
let left: readonly string[] | undefined;

async function main(): Promise<number> {
  const args = readArgs(process.argv.slice(2));
  if (args === "help") {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  const over = new AbortController();
  const stop = () => over.abort(new Error("Broken off."));
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.on(signal, stop);
  // The terminal was closed, or what read along has ended.
  for (const stream of [process.stdout, process.stderr])
    stream.on("error", stop);
  const bar = new SingleBar({
    format:
      "  {bar} {percentage} %   {value} of {total} tried   {duration_formatted}",
    stream: process.stderr,
    noTTYOutput: true,
    notTTYSchedule: 5_000,
    hideCursor: true,
  });
  try {
    const report = await tryServer(args, {
      signal: over.signal,
      onStep: (done, all) =>
        done === 0 ? bar.start(all, 0) : bar.update(done),
      onLeft: (urls) => (left = urls),
    });
    bar.stop();
    process.stdout.write(
      args.json ? `${JSON.stringify(report, null, 2)}\n` : reportText(report),
    );
    return report.ok ? 0 : 1;
  } catch (error) {
    // Not what a request that was under way says of it.
    over.signal.throwIfAborted();
    throw error;
  } finally {
    bar.stop();
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  // What fails says in its message what to do; a stack would hide it.
  process.stderr.write(
    `${error instanceof Error ? error.message : String(error)}\n${error instanceof UsageError ? `\n${USAGE}\n` : ""}${left === undefined ? "" : farewell(left)}`,
  );
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
