import { amsUrlsOf } from "@ams-sync/ams";
import {
  exactlyOneOf,
  grpcServiceConfig,
  hostPort,
  masterKeyOf,
  postgresUrl,
  readServiceConfig,
  sourceName,
} from "@ams-sync/platform";
import { allowList } from "@ams-sync/platform/egress";
import { requireOwnAudience, signInConfig } from "@ams-sync/platform/sign-in";
import { z } from "zod";

const count = (most: number) => z.coerce.number().int().min(1).max(most);

const shape = grpcServiceConfig.extend(signInConfig.shape).extend({
  /** Login of a member of ams_sync_settings. */
  DATABASE_URL: postgresUrl,
  /** host:port of the state service. */
  STATE_ADDRESS: hostPort,
  /** 32 bytes in base64: wraps the tenants' data keys. In a file, or here. */
  MASTER_KEY_FILE: z.string().optional(),
  MASTER_KEY: z.string().optional(),
  /** While the master key is rotated, the one that is to take over: see docs/hosters.md. */
  MASTER_KEY_NEXT_FILE: z.string().optional(),
  MASTER_KEY_NEXT: z.string().optional(),
  /** Lets accounts name http:// servers elsewhere than on this machine: passwords then cross the network readable. */
  ALLOW_INSECURE_SERVERS: z
    .enum(["true", "false"])
    .default("false")
    .transform((text) => text === "true"),
  /** With SIGN_IN_ISSUER: who is who in ams; logins of members of ams_sync_console. One, or several in a file. */
  AMS_DATABASE_URL: postgresUrl.optional(),
  AMS_SOURCE: sourceName.optional(),
  AMS_DATABASES_FILE: z.string().optional(),
  /** host:port where logins of that system are tried; without one it cannot be connected. */
  CLOUD_CONNECTOR_ADDRESS: hostPort.optional(),
  OUTLOOK_CONNECTOR_ADDRESS: hostPort.optional(),
  TOBIT_CONNECTOR_ADDRESS: hostPort.optional(),
  GOOGLE_CONNECTOR_ADDRESS: hostPort.optional(),
  /** What users' servers may be beside the internet; the same as the connectors have. */
  EGRESS_ALLOW: allowList,
  /** Days after which it is forgotten who changed what. */
  AUDIT_DAYS: count(3_650).default(90),
});

/** Rights are read in ams: without it nobody could be let in. */
export const settingsConfig = exactlyOneOf(requireOwnAudience(shape), [
  "MASTER_KEY_FILE",
  "MASTER_KEY",
]).refine(
  ({ SIGN_IN_ISSUER, AMS_DATABASE_URL, AMS_DATABASES_FILE }) =>
    SIGN_IN_ISSUER === undefined ||
    (AMS_DATABASE_URL === undefined) !== (AMS_DATABASES_FILE === undefined),
  {
    path: ["AMS_DATABASE_URL"],
    message:
      "exactly one of AMS_DATABASE_URL and AMS_DATABASES_FILE is needed with SIGN_IN_ISSUER",
  },
);
export type SettingsConfig = z.infer<typeof settingsConfig>;

/** Also looks into the files that are named. @throws ConfigError */
export const readSettingsConfig = (
  env: NodeJS.ProcessEnv = process.env,
): Promise<SettingsConfig> =>
  readServiceConfig(settingsConfig, {
    env,
    checks: [
      (set) => masterKeyOf(set, "MASTER_KEY"),
      (set) => masterKeyOf(set, "MASTER_KEY_NEXT"),
      ({ AMS_DATABASE_URL, AMS_SOURCE, AMS_DATABASES_FILE }) =>
        amsUrlsOf({ AMS_DATABASE_URL, AMS_SOURCE, AMS_DATABASES_FILE }),
    ],
  });
