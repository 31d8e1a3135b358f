import { queueName, queuePrefix, type WakeUpJob } from "@ams-sync/contracts";
import { Queue, Worker, type RedisOptions } from "bullmq";
import { BullMQOtel } from "bullmq-otel";
import { logger } from "../logging/logger.js";
import { bullQueue, bullWorker } from "./bull-queue.js";
import type { QueueBackend } from "./queue-port.js";
import { workerTiming } from "./worker-timing.js";

export const redisBackend = (url: string): QueueBackend => {
  const log = logger("queues");
  const telemetry = new BullMQOtel({ tracerName: "ams-sync" });
  const retryStrategy = (times: number): number => Math.min(times * 100, 2_000);
  // A producer fails fast, a worker waits for its jobs as long as it takes.
  const producer: RedisOptions = {
    url,
    maxRetriesPerRequest: 1,
    retryStrategy,
  };
  const consumer: RedisOptions = {
    url,
    maxRetriesPerRequest: null,
    retryStrategy,
  };
  return {
    wakeUpQueue: (system) =>
      bullQueue(
        system,
        new Queue<WakeUpJob>(queueName(system), {
          connection: producer,
          prefix: queuePrefix(system),
          telemetry,
        }),
        log,
      ),
    createWakeUpWorker: (system, handler, options) =>
      bullWorker(
        system,
        handler,
        (processor) =>
          new Worker<WakeUpJob>(queueName(system), processor, {
            connection: consumer,
            prefix: queuePrefix(system),
            telemetry,
            ...workerTiming(options),
          }),
        log,
      ),
  };
};
