import {
  hostPort,
  postgresUrl,
  queueConfig,
  serviceConfig,
} from "@ams-sync/platform";
import { z } from "zod";
import { BACK_OFF_FIRST_MS } from "../what-next.js";

const count = (most: number) => z.coerce.number().int().min(1).max(most);

/** What every connector reads; one with variables of its own extends it. Wrap it in `requireOneQueue` to read it. */
export const connectorConfig = serviceConfig.extend(queueConfig.shape).extend({
  /** Login of a member of ams_sync_connector. */
  AMS_DATABASE_URL: postgresUrl,
  /** host:port */
  STATE_ADDRESS: hostPort,
  /** host:port */
  SETTINGS_ADDRESS: hostPort,
  /** Accounts that this process runs at once. */
  WORKER_CONCURRENCY: count(100).default(4),
  /** Entries that are planned together. */
  SLICE_SIZE: count(500).default(100),
  /** After so many records or seconds a run hands back. */
  RUN_MAX_RECORDS: count(1_000_000).default(2_000),
  RUN_MAX_SECONDS: count(3_600).default(60),
  /** How long a record that failed in passing waits before its next attempt; doubles with each, up to 6 h. */
  BACK_OFF_FIRST_MS: count(3_600_000).default(BACK_OFF_FIRST_MS),
  /** How long a worker may stay silent before another one takes its job over: so long a killed one's accounts wait. */
  JOB_LOCK_MS: z.coerce.number().int().min(500).max(600_000).default(15_000),
  /** Longest time that one write may take; state's LEASE_MS must be well above it. */
  REQUEST_TIMEOUT_MS: count(300_000).default(20_000),
});
export type ConnectorConfig = z.infer<typeof connectorConfig>;
