import {
  grpcServiceConfig,
  queueConfig,
  requireOneQueue,
} from "@ams-sync/platform";
import { z } from "zod";

const MINUTE = 60_000;
const milliseconds = (fallback: number) =>
  z.coerce.number().int().positive().default(fallback);

export const stateConfig = requireOneQueue(
  grpcServiceConfig.extend({
    ...queueConfig.shape,
    /** A login in ams_sync_state. */
    DATABASE_URL: z.string(),
    /** A login in ams_sync_schedule. */
    SCHEDULE_DATABASE_URL: z.string(),
    SWEEP_INTERVAL_MS: milliseconds(3_000),
    LEASE_MS: milliseconds(MINUTE),
    POLL_MIN_MS: milliseconds(2 * MINUTE),
    POLL_MAX_MS: milliseconds(15 * MINUTE),
  }),
).refine((config) => config.POLL_MIN_MS <= config.POLL_MAX_MS, {
  path: ["POLL_MAX_MS"],
  message: "must be at least POLL_MIN_MS",
});

export type StateConfig = z.infer<typeof stateConfig>;

/** Injection token of the parsed configuration. */
export const STATE_CONFIG = Symbol("state config");
