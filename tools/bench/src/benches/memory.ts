import { SERVICE_NAMES } from "@ams-sync/stack";
import type { Bench } from "../bench.js";
import { atMost, measured } from "../result.js";
import { allSizes, LARGEST, SIZES, thousands } from "./sizes/all-sizes.js";

const MOST_MB = 250;

export const memory: Bench = {
  name: "memory",
  title: "peak memory of each service with 1,000, 10,000 and 100,000 records",
  needs: [],
  async run(context) {
    const runs = await allSizes(context);
    return SERVICE_NAMES.flatMap((name) =>
      SIZES.map((size) =>
        measured({
          metric: `peak memory of ${name}, ${thousands(size)} records`,
          unit: "MB",
          values: runs[size].map(({ peakMb }) => peakMb[name]),
          ...(size === LARGEST && { target: atMost(MOST_MB) }),
        }),
      ),
    );
  },
};
