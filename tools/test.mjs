// `npm test` (through bootstrap.mjs): lint, type check, build, every test but the
// long matrices. `npm run test:long`: build, and only those. Which arguments they
// take says test-args.mjs. The last line counts what really ran: `N passed, N failed, N skipped`.
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
// Node strips the types; this file imports nothing but Node's own modules.
import { installMissing } from "../libs/testing/src/debian-packages.ts";
import { build } from "./built.mjs";
import { withLock } from "./lock.mjs";
import { home, run } from "./run.mjs";
import { readTestArgs, vitestArgs } from "./test-args.mjs";
import { countResults } from "./test-results.mjs";

const say = (line) => console.log(line);

const [first, ...rest] = process.argv.slice(2);
const long = first === "--long";
const only = vitestArgs(
  readTestArgs(long ? rest : process.argv.slice(2), { long }),
);

/** Steps that are not tests: each that fails counts as one failure. */
const STEPS = {
  contracts: () =>
    run("nx", ["run-many", "-t", "generate"], {
      env: { NX_DAEMON: "false", NX_TUI: "false" },
    }),
  lint: () => run("node", [join(home, "tools", "lint.mjs")]),
  "type check": () => run("tsc", ["-p", "tsconfig.spec.json"]),
  // For browsers: another library, and JSX.
  "type check of the console": () =>
    run("tsc", ["-p", "apps/console/tsconfig.web.json"]),
  build: () => build(),
};

let failedSteps = 0;
/** `counted`: the step says by itself how many of its parts failed. */
const timed = async (name, work, { counted = false } = {}) => {
  const begin = performance.now();
  const { code, output } = await work();
  const seconds = ((performance.now() - begin) / 1000).toFixed(1);
  say(`${code === 0 ? "ok    " : "FAILED"} ${name} (${seconds} s)`);
  if (code !== 0) {
    if (!counted) failedSteps += 1;
    if (output) say(output.trimEnd());
  }
};

await withLock(say, async () => {
  for (const [name, step] of Object.entries(STEPS))
    if (!long || name === "contracts" || name === "build")
      await timed(name, step);
});

const missing = await installMissing(
  [
    { program: "radicale", debianPackage: "radicale" },
    { program: "redis-server", debianPackage: "redis-server" },
    { program: "vdirsyncer", debianPackage: "vdirsyncer" },
    { program: "xandikos", debianPackage: "xandikos" },
    { program: "chromium", debianPackage: "chromium" },
    {
      program: "/usr/share/davical/dba/create-database.sh",
      debianPackage: "davical",
    },
  ],
  say,
);
for (const { program, reason } of missing)
  say(`Tests that need ${program} are skipped: ${reason}.`);

const folder = join(home, ".data", "test");
await mkdir(folder, { recursive: true });
const results = join(folder, "results.json");
const log = join(folder, "output.log");
await rm(results, { force: true });
let exitCode = 0;
const runTests = async () => {
  const tests = await run(
    "vitest",
    [
      "run",
      long ? "--project=long" : "--project=!long",
      "--reporter=default",
      "--reporter=json",
      `--outputFile.json=${results}`,
      ...only,
    ],
    {
      // Services under test log as in production; their lines are in the file.
      onLine: (line) => line.startsWith('{"level":') || say(line),
      ...(process.stdout.isTTY && { env: { FORCE_COLOR: "1" } }),
    },
  );
  await writeFile(log, tests.output);
  say(`Everything that was printed: ${log}`);
  exitCode = tests.code;
  return { code: tests.code, output: "" };
};
await timed("tests", runTests, { counted: true });
const report = await readFile(results, "utf8").catch(() => undefined);
const counted = countResults(report, exitCode);
for (const line of counted.notes) say(line);
const failed = counted.failed + failedSteps;
say(`${counted.passed} passed, ${failed} failed, ${counted.skipped} skipped`);
process.exitCode = failed === 0 ? 0 : 1;
