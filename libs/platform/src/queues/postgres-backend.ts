import { queueName, type WakeUpJob } from "@ams-sync/contracts";
import { createPostgresBackend, withBackend } from "bullmq";
import { BullMQOtel } from "bullmq-otel";
import { logger } from "../logging/logger.js";
import { bullQueue, bullWorker } from "./bull-queue.js";
import { QUEUE_SCHEMA } from "./migrate-queues.js";
import type { QueueBackend } from "./queue-port.js";
import { workerTiming } from "./worker-timing.js";

const { Queue, Worker } = withBackend(createPostgresBackend);

/** Needs `migrateQueues` before the first start. */
export const postgresBackend = (url: string): QueueBackend => {
  const log = logger("queues");
  const telemetry = new BullMQOtel({ tracerName: "ams-sync" });
  const connection = (max: number) => ({
    connectionString: url,
    schema: QUEUE_SCHEMA,
    max,
    connectionTimeoutMillis: 5_000,
    // A crash of the database may take back wake-ups, which state tells again: no run waits for a disk because of them.
    options: "-c synchronous_commit=off",
  });
  return {
    wakeUpQueue: (system) =>
      bullQueue(
        system,
        new Queue<WakeUpJob>(queueName(system), {
          connection: connection(2),
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
            connection: connection(3),
            telemetry,
            ...workerTiming(options),
          }),
        log,
      ),
  };
};
