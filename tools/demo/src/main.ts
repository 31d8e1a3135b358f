import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readArgs, USAGE, UsageError, type DemoArgs } from "./args.js";
import { runDemo, type Undo } from "./demo.js";
import { report, whereToLook } from "./where-to-look.js";

async function main(): Promise<number> {
  const args = readArgs(process.argv.slice(2));
  if (args === "help") {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  const ending = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.on(signal, () => ending.abort(new Error("Broken off.")));
  // The terminal was closed, or what read along has ended: nobody is left to stop the demo.
  for (const stream of [process.stdout, process.stderr])
    stream.on("error", () => ending.abort(new Error("Broken off.")));
  const data = await mkdtemp(join(tmpdir(), "ams-sync-demo-"));
  const undo: Undo = [];
  let wentWell = false;
  try {
    const code = await run(args, data, ending.signal, undo);
    wentWell = code === 0;
    return code;
  } finally {
    for (const step of undo.toReversed()) await step();
    await clearUp(data, wentWell || ending.signal.aborted);
  }
}

/** What went wrong is in the logs, which the messages name: they stay. */
async function clearUp(data: string, all: boolean): Promise<void> {
  const logs = join(data, "logs");
  if (all || !existsSync(logs)) {
    await rm(data, { recursive: true, force: true });
    return;
  }
  for (const name of await readdir(data))
    if (name !== "logs")
      await rm(join(data, name), { recursive: true, force: true });
  process.stderr.write(`The logs are kept: ${logs}\n`);
}

async function run(
  args: DemoArgs,
  data: string,
  signal: AbortSignal,
  undo: Undo,
): Promise<number> {
  const out = args.json ? process.stderr : process.stdout;
  let died = false;
  const demo = await runDemo(
    {
      args,
      data,
      out,
      signal,
      onDeath: (text) => {
        died = true;
        process.stderr.write(`\n${text}\n`);
      },
    },
    undo,
  );
  out.write(report(demo));
  if (args.json)
    process.stdout.write(`${JSON.stringify(demo.figures, null, 2)}\n`);
  if (!args.once && !signal.aborted) {
    out.write(whereToLook(demo));
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
    out.write("Stopping …\n");
  }
  return demo.figures.ok && !died ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  // What fails says in its message what to do; a stack would hide it.
  process.stderr.write(
    `${error instanceof Error ? error.message : String(error)}\n${error instanceof UsageError ? `\n${USAGE}\n` : ""}`,
  );
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
