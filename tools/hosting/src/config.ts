import {
  exactlyOneOf,
  postgresUrl,
  queueConfig,
  requireOneQueue,
} from "@ams-sync/platform";
import { z } from "zod";

export const rotateConfig = exactlyOneOf(
  z.object({
    /** A login in ams_sync_keys. */
    KEYS_DATABASE_URL: postgresUrl,
    /** As settings has them. */
    MASTER_KEY_FILE: z.string().optional(),
    MASTER_KEY: z.string().optional(),
    MASTER_KEY_NEXT_FILE: z.string().optional(),
    MASTER_KEY_NEXT: z.string().optional(),
  }),
  ["MASTER_KEY_FILE", "MASTER_KEY"],
);

const settings = {
  /** A login in ams_sync_tenants, on the database of settings. */
  SETTINGS_DATABASE_URL: postgresUrl,
};
export const shredConfig = z.object(settings);

export const tenantConfig = z.object({
  ...settings,
  /** The same on the database of state; often the same database. */
  STATE_DATABASE_URL: postgresUrl,
});

export const eraseConfig = requireOneQueue(
  tenantConfig.extend(queueConfig.shape),
);
