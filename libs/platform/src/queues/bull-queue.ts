import {
  queueName,
  WAKE_UP_JOB,
  type WakeUpAccount,
  type WakeUpJob,
  type WakeUpSystem,
} from "@ams-sync/contracts";
import type { Logger } from "../logging/logger.js";
import type { WakeUpHandler, WakeUpQueue, WakeUpWorker } from "./queue-port.js";
import { jobOptions } from "./job-options.js";
import { atMost, within } from "./time-limit.js";

/** What of BullMQ's Queue is used here: its own type differs by backend. */
export interface BullQueue {
  add(
    name: string,
    data: WakeUpJob,
    options: ReturnType<typeof jobOptions>,
  ): Promise<unknown>;
  getJobCounts(
    ...types: ("waiting" | "active")[]
  ): Promise<Record<string, number>>;
  getJobs(
    types: ("waiting" | "delayed")[],
    start: number,
    end: number,
  ): Promise<
    ({ readonly data: WakeUpJob; remove(): Promise<unknown> } | undefined)[]
  >;
  on(event: "error", listener: (error: Error) => void): unknown;
  close(): Promise<void>;
}

/** What of BullMQ's Worker is used here. */
export interface BullWorker {
  pause(doNotWaitActive?: boolean): Promise<void>;
  on(event: "error", listener: (error: Error) => void): unknown;
  close(force?: boolean): Promise<void>;
}

export type BullProcessor = (job: {
  readonly data: WakeUpJob;
}) => Promise<void>;

const ADD_WITHIN = 2_000;
const CLOSE_WITHIN = 1_000;
/** Jobs that are read at once. */
const PAGE = 200;

export const bullQueue = (
  system: WakeUpSystem,
  queue: BullQueue,
  log: Logger,
): WakeUpQueue => {
  queue.on("error", (error) =>
    log.warn(
      { err: error, queue: queueName(system) },
      "queue is not reachable",
    ),
  );
  return {
    system,
    async add({ tenantId, accountId }, lastRunId) {
      const account = { tenantId, accountId };
      await within(
        ADD_WITHIN,
        "waking an account",
        queue.add(WAKE_UP_JOB, { account }, jobOptions(account, lastRunId)),
      );
    },
    async counts() {
      const { waiting = 0, active = 0 } = await within(
        ADD_WITHIN,
        "counting jobs",
        queue.getJobCounts("waiting", "active"),
      );
      return { waiting, active };
    },
    async forget(tenantId) {
      let forgotten = 0;
      // What others take meanwhile moves those behind it: looked through until one look finds none.
      for (let found = 1; found > 0;) {
        found = await strike(queue, tenantId, log);
        forgotten += found;
      }
      return forgotten;
    },
    close: () => atMost(CLOSE_WITHIN, queue.close()),
  };
};

const strike = async (
  queue: BullQueue,
  tenantId: string,
  log: Logger,
): Promise<number> => {
  let struck = 0;
  for (let start = 0; ; start += PAGE) {
    const jobs = await within(
      ADD_WITHIN,
      "looking for jobs",
      queue.getJobs(["waiting", "delayed"], start, start + PAGE - 1),
    );
    for (const job of jobs) {
      // A worker has taken it between the list and the reading.
      if (job?.data.account.tenantId !== tenantId) continue;
      try {
        await within(ADD_WITHIN, "striking a job", job.remove());
        struck += 1;
      } catch (error) {
        log.warn({ err: error }, "a job runs already; it ends by itself");
      }
    }
    if (jobs.length < PAGE) return struck;
  }
};

export const bullWorker = (
  system: WakeUpSystem,
  handler: WakeUpHandler,
  start: (processor: BullProcessor) => BullWorker,
  log: Logger,
): WakeUpWorker => {
  const stopping = new AbortController();
  const running = new Set<Promise<void>>();
  const run = async (account: WakeUpAccount): Promise<void> => {
    // Fetched while the worker was closing: nothing was begun, so the sweep wakes this account again.
    if (stopping.signal.aborted) return;
    try {
      await handler(account, stopping.signal);
    } catch (error) {
      // The job fails for BullMQ too, which keeps nothing of it: this line is what remains.
      log.error(
        { err: error, ...account, system },
        "the run of an account failed",
      );
      throw error;
    }
  };
  const worker = start(({ data: { account } }) => {
    const job = run(account);
    running.add(job);
    return job.finally(() => running.delete(job));
  });
  worker.on("error", (error) =>
    log.warn({ err: error, queue: queueName(system) }, "worker lost its queue"),
  );
  return {
    system,
    async close(graceMs = 3_000) {
      stopping.abort();
      // Takes no more jobs. BullMQ decides between waiting and not waiting when its close begins, so the wait is here.
      await worker.pause(true);
      await atMost(graceMs, Promise.allSettled(running));
      const late = running.size;
      if (late > 0) {
        log.warn(
          { system, runs: late },
          "runs did not stop in time; another worker takes their accounts over",
        );
      }
      // Without its server BullMQ would wait for ever to tell it that the jobs are done.
      await atMost(CLOSE_WITHIN, worker.close(late > 0));
    },
  };
};
