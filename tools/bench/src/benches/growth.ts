import { SERVICE_NAMES } from "@ams-sync/stack";
import type { Bench } from "../bench.js";
import { atMost, compared, type Result } from "../result.js";
import {
  allSizes,
  LARGEST,
  MIDDLE,
  SIZES,
  thousands,
  type SizeRuns,
} from "./sizes/all-sizes.js";
import { PHASES, type Phase } from "./sizes/measure.js";

/**
 * Linear: ten times the records take ten times as long, give or take what a
 * machine's noise and deeper indexes cost. What grows with the square would
 * be at ten, with n·log n at 1.25.
 */
const MOST_TIME_RATIO = 1.5;
/** Services work in slices: their memory does not know how many there are. */
const MOST_MEMORY_RATIO = 1.25;

const WORDS: Readonly<Record<Phase, string>> = {
  snapshot: "first reading of ams",
  transfer: "first transfer",
  touch: "change of every row with nothing to send",
};

export const growth: Bench = {
  name: "growth",
  title: "time and memory from 10,000 to 100,000 records, against bare PUTs",
  needs: [],
  async run(context) {
    const runs = await allSizes(context);
    return [
      ...PHASES.map((phase) => timeGrowth(runs, phase)),
      ...SERVICE_NAMES.map((name) =>
        compared({
          metric: `peak memory of ${name}, ${thousands(LARGEST)} records`,
          unit: "MB",
          ours: runs[LARGEST].map(({ peakMb }) => peakMb[name]),
          yardstick: `with ${thousands(MIDDLE)}`,
          theirs: runs[MIDDLE].map(({ peakMb }) => peakMb[name]),
          target: atMost(MOST_MEMORY_RATIO),
        }),
      ),
      ...SIZES.map((size) =>
        compared({
          metric: `first transfer of ${thousands(size)} records`,
          unit: "s",
          ours: runs[size].map(({ seconds }) => seconds.transfer),
          yardstick: "as many bare PUTs",
          theirs: runs[size].map(({ bareSeconds }) => bareSeconds),
        }),
      ),
    ];
  },
};

function timeGrowth(runs: SizeRuns, phase: Phase): Result {
  const perThousand = (size: typeof MIDDLE | typeof LARGEST): number[] =>
    runs[size].map(({ seconds }) => (seconds[phase] / size) * 1_000);
  return compared({
    metric: `${WORDS[phase]}, time per 1,000 of ${thousands(LARGEST)} records`,
    unit: "s",
    ours: perThousand(LARGEST),
    yardstick: `of ${thousands(MIDDLE)}`,
    theirs: perThousand(MIDDLE),
    target: atMost(MOST_TIME_RATIO),
  });
}
