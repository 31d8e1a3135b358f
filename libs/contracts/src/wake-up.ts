import { SYSTEMS, type System } from "@ams-sync/sync-core";

/** Each system has a queue and a connector. */
export type WakeUpSystem = System;
export const WAKE_UP_SYSTEMS: readonly WakeUpSystem[] = SYSTEMS;

/** Whom a wake-up wakes. Both are UUIDs. */
export interface WakeUpAccount {
  readonly tenantId: string;
  readonly accountId: string;
}

/** The whole of a job's data: what is to be done stands in state. */
export interface WakeUpJob {
  readonly account: WakeUpAccount;
}

export const WAKE_UP_JOB = "run";

export const queueName = (system: WakeUpSystem): string => `accounts-${system}`;

/**
 * Key prefix in Redis. The braces are the hash tag that keeps a queue's keys in one slot of a cluster; one per queue, so
 * that the queues spread over the nodes.
 */
export const queuePrefix = (system: WakeUpSystem): string =>
  `{ams-sync-${system}}`;
