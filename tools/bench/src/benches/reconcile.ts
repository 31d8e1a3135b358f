import { SERVICE_NAMES } from "@ams-sync/stack";
import type { Bench, BenchContext } from "../bench.js";
import { atMost, compared, measured, type Result } from "../result.js";
import { Linked, type Reconciled, type Way } from "./reconcile/linked.js";

const FEW = 1_000;
const MANY = 10_000;
const MOST_MB = 250;
/** As `growth` judges it: 1 is linear, 10 would be quadratic. */
const MOST_TIME_RATIO = 1.5;

const WORDS: Readonly<Record<Way, string>> = {
  versions: "all compared by version",
  items: "all read and compared",
};
const WAYS = ["versions", "items"] as const;

/**
 * Against a server that does next to nothing (see `startDavSink`): what is asked here is what the product costs, in time
 * and in memory, and a slow server would hide how the time grows.
 */
export const reconcile: Bench = {
  name: "reconcile",
  title: `${MANY.toLocaleString("en")} linked contacts, nothing changed, and no token on either side`,
  needs: [],
  run: async (context) => {
    const few = await Linked.open(context, FEW);
    const many = await Linked.open(context, MANY);
    const pairs: Pair[] = [];
    for (let pair = 0; pair < context.pairs; pair += 1) {
      const runs: Partial<Record<Way, Both>> = {};
      for (const way of WAYS) {
        const both = {
          few: await few.reconcile(way, context),
          many: await many.reconcile(way, context),
        };
        tell(way, both, context);
        runs[way] = both;
      }
      pairs.push(runs as Pair);
    }
    return WAYS.flatMap((way) =>
      results(
        way,
        pairs.map((pair) => pair[way]),
      ),
    );
  },
};

interface Both {
  readonly few: Reconciled;
  readonly many: Reconciled;
}

type Pair = Readonly<Record<Way, Both>>;

function tell(way: Way, { few, many }: Both, { say }: BenchContext): void {
  const words = ({ ms, requests, peakMb }: Reconciled) =>
    `${ms.toFixed(0)} ms with ${requests} requests and ${SERVICE_NAMES.map((name) => `${name} ${peakMb[name].toFixed(0)}`).join(", ")} MB`;
  say(`${WORDS[way]}: ${FEW} ${words(few)}; ${MANY} ${words(many)}`);
}

function results(way: Way, runs: readonly Both[]): readonly Result[] {
  const name = (size: number) =>
    `${size.toLocaleString("en")} contacts, ${WORDS[way]}`;
  return [
    measured({
      metric: `${name(MANY)}: peak memory of the largest service`,
      unit: "MB",
      values: runs.map(({ many }) => Math.max(...Object.values(many.peakMb))),
      target: atMost(MOST_MB),
    }),
    compared({
      metric: `${name(MANY)}: time per 1,000`,
      unit: "ms",
      ours: runs.map(({ many }) => (many.ms / MANY) * 1_000),
      yardstick: `of ${FEW.toLocaleString("en")}`,
      theirs: runs.map(({ few }) => (few.ms / FEW) * 1_000),
      target: atMost(MOST_TIME_RATIO),
    }),
    measured({
      metric: name(MANY),
      unit: "ms",
      values: runs.map(({ many }) => many.ms),
    }),
    measured({
      metric: `${name(MANY)}: requests`,
      unit: "per collection",
      values: runs.map(({ many }) => many.requests),
    }),
  ];
}
