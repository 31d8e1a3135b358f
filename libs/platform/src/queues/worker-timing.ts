import type { WakeUpWorkerOptions } from "./queue-port.js";

/**
 * A worker that dies keeps its job's lock until it runs out; then the next stalled check gives the job to another one.
 * Short, because until then the account's wake-ups are held back; the run's lease in state is what prevents two at once.
 */
export const workerTiming = ({
  concurrency,
  lockMs = 15_000,
}: WakeUpWorkerOptions) => ({
  concurrency,
  lockDuration: lockMs,
  stalledInterval: lockMs,
  // Every death stalls once; a job that is given up would only come back with the sweep.
  maxStalledCount: 100,
  removeOnComplete: { count: 0 },
  removeOnFail: { count: 0 },
});
