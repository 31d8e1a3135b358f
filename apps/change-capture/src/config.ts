import {
  hostPort,
  postgresUrl,
  queueConfig,
  requireOneQueue,
  serviceConfig,
} from "@ams-sync/platform";
import { z } from "zod";

const captureVariables = {
  /** Login that is a member of ams_sync_capture and has REPLICATION. */
  AMS_DATABASE_URL: postgresUrl,
  /** Name of this ams database; part of the slot's name, which PostgreSQL limits. */
  AMS_SOURCE: z
    .string()
    .refine((name) => /^[a-z0-9_]{1,54}$/.test(name), {
      message: "must be 1 to 54 of a–z, 0–9 and _",
    })
    .default("ams"),
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
export type AcceptConfig = z.infer<typeof acceptConfig>;
