import {
  DEFAULT_SOURCE,
  hostPort,
  postgresUrl,
  queueConfig,
  requireOneQueue,
  serviceConfig,
  sourceName,
} from "@ams-sync/platform";
import type { z } from "zod";

const captureVariables = {
  /** Login that is a member of ams_sync_capture and has REPLICATION. */
  AMS_DATABASE_URL: postgresUrl,
  /** Name of this ams database; the connectors know it under the same. */
  AMS_SOURCE: sourceName.default(DEFAULT_SOURCE),
  /** host:port */
  STATE_ADDRESS: hostPort,
};

export const captureConfig = requireOneQueue(
  serviceConfig.extend(queueConfig.shape).extend(captureVariables),
);
export type CaptureConfig = z.infer<typeof captureConfig>;

/** The operator's command serves nothing and wakes nobody. */
export const acceptConfig = serviceConfig
  .omit({ HTTP_PORT: true })
  .extend(captureVariables);
