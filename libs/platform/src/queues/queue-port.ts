import type { WakeUpAccount, WakeUpSystem } from "@ams-sync/contracts";

/** The producing end of one connector's queue. */
export interface WakeUpQueue {
  readonly system: WakeUpSystem;
  /**
   * Wake-ups of an account that wait are one. Those that name the run that began last pass by the job of that run, as
   * its worker may be dead.
   * @throws when the queue cannot be reached within 2 s; the sweep repeats what was lost.
   */
  add(account: WakeUpAccount, lastRunId?: string): Promise<void>;
  /** Jobs that wait and jobs that run. */
  counts(): Promise<{ readonly waiting: number; readonly active: number }>;
  /**
   * Strikes the waiting wake-ups of a tenant whose accounts are gone. One that runs ends by itself.
   * @returns how many there were
   */
  forget(tenantId: string): Promise<number>;
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
