import type { Bench } from "../bench.js";

/** All benchmarks, in the order in which `npm run bench -- all` runs them. */
export const BENCHES: readonly Bench[] = [];
