import type { Bench } from "../bench.js";
import { captureBench } from "./capture.js";
import { fanOut } from "./fan-out.js";
import { firstSync } from "./first-sync.js";

/** All benchmarks, in the order in which `npm run bench -- all` runs them. */
export const BENCHES: readonly Bench[] = [firstSync, captureBench, fanOut];
