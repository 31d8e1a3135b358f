// `npm run test:security` (through bootstrap.mjs): builds what the stack of one of the tests is started from, runs the proof
// that the system is safe for many brokerages, and says how many cases each part has tried. Fails where a test fails, and
// where a part has tried nothing; so it takes no arguments but --help.
import { mkdir, readFile, rm } from "node:fs/promises";
import { join, relative } from "node:path";
// Node strips the types; this file imports nothing but Node's own modules.
import { installMissing } from "../libs/testing/src/debian-packages.ts";
import { build } from "./built.mjs";
import { withLock } from "./lock.mjs";
import { home, run } from "./run.mjs";
import { casesOf, PARTS } from "./security-parts.mjs";
import { readSecurityArgs, vitestArgs } from "./test-args.mjs";
import { countResults } from "./test-results.mjs";

vitestArgs(readSecurityArgs(process.argv.slice(2)));

const say = (line) => console.log(line);
const folder = join(home, ".data", "test-security");
const results = join(folder, "results.json");
const triedFile = join(folder, "tried.jsonl");

const built = await withLock(say, async () => {
  const made = await run("nx", ["run-many", "-t", "generate"], {
    env: { NX_DAEMON: "false", NX_TUI: "false" },
  });
  return made.code === 0 ? build() : made;
});
if (built.code !== 0) say(built.output.trimEnd());
for (const { program, reason } of await installMissing(
  [{ program: "radicale", debianPackage: "radicale" }],
  say,
))
  say(`Tests that need ${program} are skipped: ${reason}.`);

await mkdir(folder, { recursive: true });
for (const file of [results, triedFile]) await rm(file, { force: true });
const tests = await run(
  "vitest",
  [
    ...["run", "--project=unit Europe/Berlin"],
    ...["--project=medium", "--project=medium alone"],
    ...["--project=e2e", "--reporter=default", "--reporter=json"],
    `--outputFile.json=${results}`,
    ...Object.values(PARTS).flat(),
  ],
  {
    env: { AMS_SYNC_TRIED: triedFile },
    // Services under test log as in production.
    onLine: (line) => line.startsWith('{"level":') || say(line),
  },
);

const report = await readFile(results, "utf8").catch(() => undefined);
const counted = countResults(report, tests.code);
for (const line of counted.notes) say(line);
const parts = casesOf(
  report === undefined ? [] : JSON.parse(report).testResults,
  await readFile(triedFile, "utf8").catch(() => ""),
  (file) => relative(home, file),
);
say("\nCases tried");
for (const { part, cases } of parts)
  say(`${String(cases).padStart(8)}  ${part}`);
const sum = parts.reduce((all, { cases }) => all + cases, 0);
say(`${String(sum).padStart(8)}  in all\n`);
const idle = parts.filter(({ cases }) => cases === 0);
for (const { part } of idle) say(`FAILED ${part}: nothing was tried.`);
const failed = counted.failed + idle.length + (built.code === 0 ? 0 : 1);
say(`${counted.passed} passed, ${failed} failed, ${counted.skipped} skipped`);
process.exitCode = failed === 0 ? 0 : 1;
