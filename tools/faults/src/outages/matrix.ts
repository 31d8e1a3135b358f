import type { Case } from "./cases.js";
import { flood } from "./flood-case.js";
import { LATE_CASES, lateCreateOfDeleted } from "./late-cases.js";
import { POSTGRES_CASES, postgresRestartedOnce } from "./postgres-cases.js";
import { QUEUE_CASES, queueEmptiedOnce } from "./queue-cases.js";
import type { QueueStoreName } from "./queue-store.js";
import { SERVICE_CASES } from "./service-cases.js";
import { SLOT_CASES, slotDropped } from "./slot-cases.js";
import { WORKER_CASES } from "./worker-cases.js";

/** All outages, for every queue store. */
export const ALL: readonly Case[] = [
  ...QUEUE_CASES,
  ...POSTGRES_CASES,
  ...SERVICE_CASES,
  ...WORKER_CASES,
  ...LATE_CASES,
  ...SLOT_CASES,
  flood,
];

/** A choice for every `npm test`; over both where it matters who keeps the wake-ups. */
export const FEW: Readonly<Record<QueueStoreName, readonly Case[]>> = {
  Redis: [queueEmptiedOnce, postgresRestartedOnce],
  PostgreSQL: [
    queueEmptiedOnce,
    postgresRestartedOnce,
    lateCreateOfDeleted,
    slotDropped,
  ],
};
