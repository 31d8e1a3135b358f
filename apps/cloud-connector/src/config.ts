import {
  queueConfig,
  requireOneQueue,
  serviceConfig,
} from "@ams-sync/platform";
import { z } from "zod";

const count = z.coerce.number().int().min(1);

export const cloudConnectorConfig = requireOneQueue(
  serviceConfig.extend(queueConfig.shape).extend({
    /** Login of a member of ams_sync_connector. */
    AMS_DATABASE_URL: z.string(),
    /** host:port */
    STATE_ADDRESS: z.string(),
    /** host:port */
    SETTINGS_ADDRESS: z.string(),
    /** Accounts that run at once in this process. */
    WORKER_CONCURRENCY: count.max(100).default(4),
    /** Entries that are planned together. */
    SLICE_SIZE: count.max(1_000).default(100),
    /** A run hands back after so many records or seconds. */
    RUN_MAX_RECORDS: count.default(2_000),
    RUN_MAX_SECONDS: count.default(60),
    /** The longest that one write may take with all it needs. */
    REQUEST_TIMEOUT_MS: count.min(100).default(20_000),
  }),
);
export type CloudConnectorConfig = z.infer<typeof cloudConnectorConfig>;
