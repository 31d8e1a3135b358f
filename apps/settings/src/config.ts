import {
  grpcServiceConfig,
  hostPort,
  loadMasterKey,
  postgresUrl,
  readServiceConfig,
} from "@ams-sync/platform";
import { z } from "zod";

export const settingsConfig = grpcServiceConfig.extend({
  /** Login of a member of ams_sync_settings. */
  DATABASE_URL: postgresUrl,
  /** host:port of the state service. */
  STATE_ADDRESS: hostPort,
  /** 32 bytes in base64: wraps the tenants' data keys. */
  MASTER_KEY_FILE: z.string(),
  /** Lets accounts name http:// servers elsewhere than on this machine: passwords then cross the network readable. */
  ALLOW_INSECURE_SERVERS: z
    .enum(["true", "false"])
    .default("false")
    .transform((text) => text === "true"),
});
export type SettingsConfig = z.infer<typeof settingsConfig>;

/** Also looks into the files that are named. @throws ConfigError */
export const readSettingsConfig = (
  env: NodeJS.ProcessEnv = process.env,
): Promise<SettingsConfig> =>
  readServiceConfig(settingsConfig, {
    env,
    checks: [
      async ({ MASTER_KEY_FILE: file }) => file && (await loadMasterKey(file)),
    ],
  });
