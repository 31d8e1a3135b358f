import type { WakeUpAccount } from "@ams-sync/contracts";
import type { QueueConfig } from "../config/queue-config.js";
import { postgresBackend } from "./postgres-backend.js";
import type { QueueBackend, WakeUpQueue } from "./queue-port.js";
import { redisBackend } from "./redis-backend.js";

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
  lastRunId?: string,
): Promise<void> => queue.add(account, lastRunId);
