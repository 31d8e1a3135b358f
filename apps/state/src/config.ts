import {
  grpcServiceConfig,
  hostPort,
  postgresUrl,
  queueConfig,
  readServiceConfig,
  requireOneQueue,
} from "@ams-sync/platform";
import { requireOwnAudience, signInConfig } from "@ams-sync/platform/sign-in";
import { z } from "zod";
import { fileOf, mailConfig, requireWholeMail } from "./mail/mail-config.js";

const MINUTE = 60_000;
const milliseconds = (fallback: number) =>
  z.coerce.number().int().positive().default(fallback);

const bothPolls = z.object({
  POLL_MIN_MS: z.number(),
  POLL_MAX_MS: z.number(),
});

export const stateConfig = requireOwnAudience(
  requireWholeMail(
    requireOneQueue(
      grpcServiceConfig.extend({
        ...queueConfig.shape,
        ...signInConfig.shape,
        ...mailConfig.shape,
        /** With SIGN_IN_ISSUER or SMTP_HOST: host:port of the settings service, which knows rights and addresses. */
        SETTINGS_ADDRESS: hostPort.optional(),
        /** A login in ams_sync_state. */
        DATABASE_URL: postgresUrl,
        /** A login in ams_sync_schedule. */
        SCHEDULE_DATABASE_URL: postgresUrl,
        SWEEP_INTERVAL_MS: milliseconds(3_000),
        LEASE_MS: milliseconds(MINUTE),
        /** How long an account whose run failed waits; doubles with each, up to POLL_MAX_MS. */
        BACK_OFF_FIRST_MS: milliseconds(30_000),
        POLL_MIN_MS: milliseconds(2 * MINUTE),
        POLL_MAX_MS: milliseconds(15 * MINUTE),
        /** Days after which journals forget: values that lost, runs, texts of what was set aside. */
        RETENTION_DAYS: z.coerce.number().int().min(1).max(3_650).default(90),
      }),
    ),
  ),
)
  .refine(
    ({ SIGN_IN_ISSUER, SMTP_HOST, SETTINGS_ADDRESS }) =>
      (SIGN_IN_ISSUER === undefined && SMTP_HOST === undefined) ||
      SETTINGS_ADDRESS !== undefined,
    {
      path: ["SETTINGS_ADDRESS"],
      message:
        "is needed with SIGN_IN_ISSUER or SMTP_HOST: settings knows who may do what, and people's addresses",
    },
  )
  .refine((config) => config.POLL_MIN_MS <= config.POLL_MAX_MS, {
    path: ["POLL_MAX_MS"],
    message: "must be at least POLL_MIN_MS",
    // Also when other variables are bad: all are named at once.
    when: ({ value }) => bothPolls.safeParse(value).success,
  });

export type StateConfig = z.infer<typeof stateConfig>;

/** Also looks into the files that are named. @throws ConfigError */
export const readStateConfig = (): Promise<StateConfig> =>
  readServiceConfig(stateConfig, {
    checks: ["SMTP_PASSWORD_FILE", "SMTP_CA_FILE"].map(
      (name) => (env) => fileOf(name, env[name]),
    ),
  });

/** Injection token of the parsed configuration. */
export const STATE_CONFIG = Symbol("state config");
