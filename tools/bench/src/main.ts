import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { installMissing } from "@ams-sync/testing";
import type { Bench } from "./bench.js";
import { BENCHES } from "./benches/index.js";
import { keep, publish, surroundings } from "./report/report.js";
import { table } from "./table.js";
import type { Result } from "./result.js";

const USAGE = `npm run bench -- NAME [NAME ...] [--json] [--pairs N] [--write]

Measures ams-sync against yardsticks that run in turn with it: one to five minutes
each, memory and growth together a quarter of an hour. Exit code 1 where a target
is not reached, 2 where a benchmark failed (the others are measured all the same)
or the options are wrong. NAME is "all" or one of:

${BENCHES.map(({ name, title }) => `  ${name.padEnd(12)} ${title}`).join("\n")}

  --json      one JSON object per benchmark on the output, nothing else
  --pairs N   how often ours and the yardstick are measured (default 3)
  --write     keep the figures in docs/benchmarks, draw them, fill docs/benchmarks.md;
              without a NAME: only draw and fill from what is kept
`;

const textOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

const say = (line: string): void => void process.stderr.write(`${line}\n`);

async function main(args: readonly string[]): Promise<number> {
  const { values, positionals } = parsed(args);
  const pairs = Number(values.pairs);
  if (!Number.isInteger(pairs) || pairs < 1 || pairs > 100)
    throw new Error(`--pairs takes a whole number from 1 to 100.\n\n${USAGE}`);
  if (values.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const { json, write } = values;
  const chosen = write && positionals.length === 0 ? [] : choose(positionals);
  await need(chosen);
  let worst = 0;
  for (const bench of chosen) {
    worst = Math.max(worst, await measured(bench, { pairs, json, write }));
    over.signal.throwIfAborted();
  }
  if (write) await publish(BENCHES);
  return worst;
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        json: { type: "boolean", default: false },
        pairs: { type: "string", default: "3" },
        write: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    });
  } catch (error) {
    // Node's further advice is about dashes before a name, which nobody meant.
    const [sentence] = textOf(error).split(". To specify");
    throw new Error(`${sentence}.\n\n${USAGE}`, { cause: error });
  }
}

/** Minutes pass before there is a figure: says every so often that it is being worked on. */
function tellOf(bench: Bench): () => void {
  const begin = performance.now();
  say(`${bench.name} is being measured …`);
  const told = setInterval(() => {
    const seconds = Math.round((performance.now() - begin) / 1_000);
    say(`${bench.name} is being measured, ${seconds} s by now …`);
  }, STILL_MS);
  return () => clearInterval(told);
}

const STILL_MS = 30_000;

/** One that fails must not cost the figures of the others. @returns the exit code that it alone would give */
async function measured(
  bench: Bench,
  options: { pairs: number; json: boolean; write: boolean },
): Promise<number> {
  const { pairs, json, write } = options;
  const before = surroundings();
  const done = tellOf(bench);
  let results: readonly Result[];
  try {
    results = await measure(bench, pairs);
  } catch (error) {
    over.signal.throwIfAborted();
    say(`${bench.name} failed: ${textOf(error)}`);
    return 2;
  } finally {
    done();
  }
  process.stdout.write(
    json
      ? `${JSON.stringify({ name: bench.name, results })}\n`
      : `${bench.name}: ${bench.title}\n${table(results)}\n`,
  );
  if (write) await keep(bench, results, pairs, before);
  return results.every(({ reached }) => reached) ? 0 : 1;
}

function choose(names: readonly string[]): readonly Bench[] {
  if (names.includes("all")) return BENCHES;
  const known = (name: string) => BENCHES.find((bench) => bench.name === name);
  const strange = names.filter((name) => known(name) === undefined);
  if (names.length === 0 || strange.length > 0)
    throw new Error(
      `${strange.length > 0 ? `There is no benchmark "${strange.join('", "')}".` : "Say which benchmark."}\n\n${USAGE}`,
    );
  return BENCHES.filter(({ name }) => names.includes(name));
}

async function need(chosen: readonly Bench[]): Promise<void> {
  const missing = await installMissing(
    chosen.flatMap(({ needs }) => needs),
    say,
  );
  if (missing.length > 0)
    throw new Error(
      missing
        .map(({ program, reason }) => `${program} is missing: ${reason}.`)
        .join("\n"),
    );
}

async function measure(
  bench: Bench,
  pairs: number,
): Promise<readonly Result[]> {
  const data = await mkdtemp(join(tmpdir(), "ams-sync-bench-"));
  const steps: (() => Promise<unknown>)[] = [
    () => rm(data, { recursive: true, force: true }),
  ];
  try {
    return await bench.run({
      data,
      pairs,
      say,
      signal: over.signal,
      undo: (step) => steps.push(step),
    });
  } finally {
    for (const step of steps.toReversed()) await step();
  }
}

const over = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
  process.on(signal, () =>
    over.abort(new Error("Stopped before the end; nothing is left running.")),
  );

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  say(textOf(error));
  process.exitCode = 2;
}
