import { grpcServiceConfig } from "@ams-sync/platform";
import { z } from "zod";

export const settingsConfig = grpcServiceConfig.extend({
  /** Login of a member of ams_sync_settings. */
  DATABASE_URL: z.string(),
  /** host:port of the state service. */
  STATE_ADDRESS: z.string(),
  /** 32 bytes in base64: wraps the tenants' data keys. */
  MASTER_KEY_FILE: z.string(),
});
export type SettingsConfig = z.infer<typeof settingsConfig>;
