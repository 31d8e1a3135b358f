import type { Logger, QueueBackend, WakeUpQueue } from "@ams-sync/platform";
import { enqueueWakeUp } from "@ams-sync/platform";
import { faultOf } from "../log.js";
import { runAccount } from "../run.js";
import type { RunLimits, RunPorts } from "../run-context.js";
import type { RunReport } from "../run-report.js";
import type { AccountKey } from "../run-state.js";

export interface ConnectorHostParts {
  readonly ports: Omit<RunPorts, "log">;
  readonly limits: RunLimits;
  readonly queues: QueueBackend;
  /** Accounts at once. */
  readonly concurrency: number;
  /** How long a silent worker keeps its job, milliseconds; default: the queue's own. */
  readonly lockMs?: number;
  readonly log: Logger;
}

export interface ConnectorHost {
  /** Rejects when the queue cannot be reached. */
  readonly check: () => Promise<void>;
  /** Lets runs finish their writes under way and hand back, then leaves the queue. */
  readonly close: () => Promise<void>;
}

/** Takes wake-ups off the system's queue and runs the accounts. */
export const hostConnector = ({
  ports,
  limits,
  queues,
  concurrency,
  lockMs,
  log,
}: ConnectorHostParts): ConnectorHost => {
  const { system } = ports.connector;
  const queue = queues.wakeUpQueue(system);
  const worker = queues.createWakeUpWorker(
    system,
    async (account, stopping) => {
      const report = await runAccount(
        account,
        { ...ports, log },
        limits,
        stopping,
      );
      tell(log, account, report);
      if (report.more) await wakeAgain(queue, account, log);
    },
    { concurrency, ...(lockMs !== undefined && { lockMs }) },
  );
  return {
    check: async () => {
      await queue.counts();
    },
    close: async () => {
      await worker.close();
      await queue.close();
    },
  };
};

const tell = (log: Logger, account: AccountKey, report: RunReport): void => {
  const { outcome, counts, more, message } = report;
  // Most wake-ups of a busy tenant find that another run has just done the work.
  const level = outcome === "busy" || outcome === "parked" ? "debug" : "info";
  log[level](
    { ...account, outcome, counts, more, ...(message && { reason: message }) },
    "run ended",
  );
};

/** Others get their turn in between. If the queue is away, the sweep finds the account: state knows that it is due. */
const wakeAgain = async (
  queue: WakeUpQueue,
  account: AccountKey,
  log: Logger,
): Promise<void> => {
  try {
    await enqueueWakeUp(queue, account);
  } catch (error) {
    log.warn(
      { ...account, fault: faultOf(error) },
      "the account could not be woken again; the sweep will",
    );
  }
};
