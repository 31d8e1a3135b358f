import { amsUrlsOf } from "@ams-sync/ams";
import {
  exactlyOneOf,
  hostPort,
  postgresUrl,
  queueConfig,
  requireOneQueue,
  readServiceConfig,
  serviceConfig,
  sourceName,
} from "@ams-sync/platform";
import { z } from "zod";
import { BACK_OFF_FIRST_MS } from "../what-next.js";

const count = (most: number) => z.coerce.number().int().min(1).max(most);

/** What every connector reads; one with variables of its own extends it. Read it with `readConnectorConfig`. */
export const connectorConfig = serviceConfig.extend(queueConfig.shape).extend({
  /** The one ams database there is: login of a member of ams_sync_connector. */
  AMS_DATABASE_URL: postgresUrl.optional(),
  /** Its name, where it is not "ams": the AMS_SOURCE of its capture. */
  AMS_SOURCE: sourceName.optional(),
  /** Several of them: a file, as it holds passwords, with JSON {"name": "postgresql://…"}. */
  AMS_DATABASES_FILE: z.string().optional(),
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

/** One queue, one way to name ams databases. */
export const requireOneEach = <S extends z.ZodType<ConnectorConfig>>(
  schema: S,
): S =>
  exactlyOneOf(requireOneQueue(schema), [
    "AMS_DATABASE_URL",
    "AMS_DATABASES_FILE",
  ]);

/** Also looks into the files that are named. @throws ConfigError */
export const readConnectorConfig = <S extends z.ZodType<ConnectorConfig>>(
  schema: S,
  env: NodeJS.ProcessEnv = process.env,
): Promise<z.infer<S>> =>
  readServiceConfig(requireOneEach(schema), {
    env,
    checks: [
      ({ AMS_DATABASE_URL, AMS_SOURCE, AMS_DATABASES_FILE }) =>
        amsUrlsOf({ AMS_DATABASE_URL, AMS_SOURCE, AMS_DATABASES_FILE }),
    ],
  });
