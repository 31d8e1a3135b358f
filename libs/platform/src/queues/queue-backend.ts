import type { WakeUpAccount, WakeUpSystem } from "@ams-sync/contracts";
import type { QueueConfig } from "../config/queue-config.js";
import { postgresBackend } from "./postgres-backend.js";
import { redisBackend } from "./redis-backend.js";

/** The producing end of one connector's queue. */
export interface WakeUpQueue {
  readonly system: WakeUpSystem;
  /** @throws when the queue cannot be reached within 2 s; the sweep repeats what was lost. */
  add(account: WakeUpAccount): Promise<void>;
  /** Jobs that wait and jobs that run. */
  counts(): Promise<{ readonly waiting: number; readonly active: number }>;
  close(): Promise<void>;
}

/** Runs one account. `signal` fires when the worker is to stop: end the run early, the sweep brings the rest. */
export type WakeUpHandler = (
  account: WakeUpAccount,
  signal: AbortSignal,
) => Promise<void>;

export interface WakeUpWorkerOptions {
  readonly concurrency: number;
  /** How long a job may stay silent before another worker takes it over, milliseconds. */
  readonly lockMs?: number;
}

export interface WakeUpWorker {
  readonly system: WakeUpSystem;
  /** Aborts the handlers, waits for them up to `graceMs` (default 3000), then leaves their jobs to others. */
  close(graceMs?: number): Promise<void>;
}

/** Where queues live. Made once per process; closing it is closing its queues and workers. */
export interface QueueBackend {
  wakeUpQueue(system: WakeUpSystem): WakeUpQueue;
  createWakeUpWorker(
    system: WakeUpSystem,
    handler: WakeUpHandler,
    options: WakeUpWorkerOptions,
  ): WakeUpWorker;
}

/** @param config read through `requireOneQueue`, so exactly one is set */
export const queueBackend = (config: QueueConfig): QueueBackend => {
  if (config.REDIS_URL !== undefined) return redisBackend(config.REDIS_URL);
  if (config.QUEUE_DATABASE_URL !== undefined)
    return postgresBackend(config.QUEUE_DATABASE_URL);
  throw new TypeError(
    "neither REDIS_URL nor QUEUE_DATABASE_URL is set; read the configuration with requireOneQueue",
  );
};

/** Wakes an account. @throws when the queue cannot be reached within 2 s */
export const enqueueWakeUp = async (
  queue: WakeUpQueue,
  account: WakeUpAccount,
): Promise<void> => queue.add(account);
