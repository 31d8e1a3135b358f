import type { Bench } from "../bench.js";
import { captureBench } from "./capture.js";

/** All benchmarks, in the order in which `npm run bench -- all` runs them. */
export const BENCHES: readonly Bench[] = [captureBench];
