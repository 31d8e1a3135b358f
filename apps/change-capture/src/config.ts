import {
  queueConfig,
  requireOneQueue,
  serviceConfig,
} from "@ams-sync/platform";
import { z } from "zod";

const captureVariables = {
  /** Login that is a member of ams_sync_capture and has REPLICATION. */
  AMS_DATABASE_URL: z
    .string()
    .refine((url) => /^postgres(ql)?:/.test(url) && URL.canParse(url), {
      message: "must be a postgresql:// URL",
    }),
  /** Name of this ams database; part of the slot's name, which PostgreSQL limits. */
  AMS_SOURCE: z
    .string()
    .refine((name) => /^[a-z0-9_]{1,54}$/.test(name), {
      message: "must be 1 to 54 of a–z, 0–9 and _",
    })
    .default("ams"),
  /** host:port */
  STATE_ADDRESS: z.string().refine((address) => /.:[0-9]+$/.test(address), {
    message: "must be host:port",
  }),
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
