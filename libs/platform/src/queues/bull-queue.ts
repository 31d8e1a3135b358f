import { setTimeout as delay } from "node:timers/promises";
import {
  queueName,
  WAKE_UP_JOB,
  type WakeUpJob,
  type WakeUpSystem,
} from "@ams-sync/contracts";
import type { Logger } from "../logging/logger.js";
import type {
  WakeUpHandler,
  WakeUpQueue,
  WakeUpWorker,
} from "./queue-backend.js";
import { jobOptions } from "./job-options.js";

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
  on(event: "error", listener: (error: Error) => void): unknown;
  close(): Promise<void>;
}

/** What of BullMQ's Worker is used here. */
export interface BullWorker {
  on(event: "error", listener: (error: Error) => void): unknown;
  close(force?: boolean): Promise<void>;
}

export type BullProcessor = (job: {
  readonly data: WakeUpJob;
}) => Promise<void>;

const ADD_WITHIN = 2_000;

/** BullMQ waits for a lost backend without end; a caller of ours must not. */
const within = async <T>(work: Promise<T>, what: string): Promise<T> => {
  const done = new AbortController();
  const late = delay(ADD_WITHIN, undefined, { signal: done.signal }).then(
    () => {
      throw new Error(
        `${what} took longer than ${ADD_WITHIN} ms: is the queue's server there?`,
      );
    },
  );
  try {
    return await Promise.race([work, late]);
  } finally {
    done.abort();
    late.catch(() => undefined);
    work.catch(() => undefined);
  }
};

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
    async add({ tenantId, accountId }) {
      const account = { tenantId, accountId };
      await within(
        queue.add(WAKE_UP_JOB, { account }, jobOptions(account)),
        "waking an account",
      );
    },
    async counts() {
      const { waiting = 0, active = 0 } = await within(
        queue.getJobCounts("waiting", "active"),
        "counting jobs",
      );
      return { waiting, active };
    },
    close: () => queue.close(),
  };
};

export const bullWorker = (
  system: WakeUpSystem,
  handler: WakeUpHandler,
  start: (processor: BullProcessor) => BullWorker,
  log: Logger,
): WakeUpWorker => {
  const stopping = new AbortController();
  const worker = start(async ({ data: { account } }) => {
    try {
      await handler(account, stopping.signal);
    } catch (error) {
      // The job fails for BullMQ too; it keeps nothing of it, so this line is what remains.
      log.error(
        { err: error, ...account, system },
        "the run of an account failed",
      );
      throw error;
    }
  });
  worker.on("error", (error) =>
    log.warn({ err: error, queue: queueName(system) }, "worker lost its queue"),
  );
  return {
    system,
    async close(graceMs = 3_000) {
      stopping.abort();
      const closed = worker.close();
      const timer = new AbortController();
      const late = delay(graceMs, "late" as const, {
        signal: timer.signal,
      }).catch(() => "late" as const);
      const first = await Promise.race([
        closed.then(() => "closed" as const),
        late,
      ]);
      timer.abort();
      if (first === "late") {
        log.warn(
          { system },
          "a run did not stop in time; another worker takes its account over",
        );
        await worker.close(true);
      }
    },
  };
};
