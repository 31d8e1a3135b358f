import type { BenchContext } from "../../bench.js";
import { measureSize, type SizeRun } from "./measure.js";

export const SIZES = [1_000, 10_000, 100_000] as const;
export type Size = (typeof SIZES)[number];
export const [, MIDDLE, LARGEST] = SIZES;

/** Of each size as many runs as pairs were asked for. */
export type SizeRuns = Readonly<Record<Size, readonly SizeRun[]>>;

let measured: Promise<SizeRuns> | undefined;

/** `memory` and `growth` look at the same runs: asked for both, it takes the time of one. */
export function allSizes(context: BenchContext): Promise<SizeRuns> {
  measured ??= measureAll(context);
  return measured;
}

async function measureAll(context: BenchContext): Promise<SizeRuns> {
  const runs: Record<Size, SizeRun[]> = { 1_000: [], 10_000: [], 100_000: [] };
  for (let pair = 0; pair < context.pairs; pair += 1)
    for (const size of SIZES) runs[size].push(await measureSize(context, size));
  return runs;
}

export const thousands = (records: number): string =>
  records.toLocaleString("en");
