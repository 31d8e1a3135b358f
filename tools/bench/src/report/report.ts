import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CHECKOUT } from "@ams-sync/stack";
import type { Bench } from "../bench.js";
import type { Result } from "../result.js";
import { keepRecord, keptRecords } from "./bench-record.js";
import { pageWith } from "./page.js";
import { plotsOf } from "./plots.js";
import { machine, versions } from "./surroundings.js";

const PAGE = join(CHECKOUT, "docs", "benchmarks.md");
const FOLDER = join(CHECKOUT, "docs", "benchmarks");

/** Taken before a benchmark, as it says what ran beside. */
export const surroundings = machine;

/** Keeps the figures, in the place of those of an earlier time. */
export async function keep(
  bench: Bench,
  results: readonly Result[],
  pairs: number,
  before: ReturnType<typeof machine>,
): Promise<void> {
  await keepRecord(FOLDER, {
    name: bench.name,
    title: bench.title,
    measuredAt: new Date().toISOString(),
    pairs,
    machine: before,
    versions: await versions(bench),
    results,
  });
}

/** Draws the plots and fills the page from all figures that are kept. */
export async function publish(benches: readonly Bench[]): Promise<void> {
  const names = benches.map(({ name }) => name);
  const records = await keptRecords(FOLDER, names);
  for (const plot of records.flatMap(plotsOf))
    await writeFile(join(FOLDER, plot.file), plot.svg);
  const page = await readFile(PAGE, "utf8");
  await writeFile(PAGE, pageWith(page, records, names));
}
