import type { Bench } from "../bench.js";
import { captureBench } from "./capture.js";
import { fanOut } from "./fan-out.js";
import { firstSync } from "./first-sync.js";
import { growth } from "./growth.js";
import { inbound } from "./inbound.js";
import { latency } from "./latency.js";
import { memory } from "./memory.js";
import { noChange } from "./no-change.js";
import { outlook } from "./outlook.js";
import { reconcile } from "./reconcile.js";

/** All benchmarks, in the order in which `npm run bench -- all` runs them. */
export const BENCHES: readonly Bench[] = [
  firstSync,
  noChange,
  inbound,
  reconcile,
  latency,
  captureBench,
  memory,
  growth,
  fanOut,
  outlook,
];
