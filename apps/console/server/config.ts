import {
  CHECK_CONFIG,
  ConfigSound,
  readConfig,
  serviceConfig,
} from "@ams-sync/platform";
import { z } from "zod";

const httpUrl = z
  .url({ protocol: /^https?$/ })
  .refine((text) => new URL(text).pathname === "/", {
    message: "must be an address without a path",
  });

/** Scheme, host and port, as a content security policy names them. */
const origins = z
  .string()
  .default("")
  .transform((text) => text.split(/[\s,]+/).filter((part) => part !== ""))
  .refine((parts) => parts.every(isOrigin), {
    message: "must be origins like https://host, separated by blanks",
  });

const isOrigin = (text: string): boolean =>
  URL.canParse(text) && new URL(text).origin === text;

export const consoleConfig = serviceConfig
  .pick({
    NODE_ENV: true,
    LOG_LEVEL: true,
    HTTP_HOST: true,
    HTTP_PORT: true,
    OTEL_EXPORTER_OTLP_ENDPOINT: true,
  })
  .extend({
    /** Where /api/v1/settings and /api/v1/state are served. */
    SETTINGS_URL: httpUrl,
    STATE_URL: httpUrl,
    /** The page may talk to it; the same as settings has. */
    SIGN_IN_ISSUER: z.url({ protocol: /^https?$/ }),
    /** Where else the issuer's discovery sends the page, for example to a token endpoint on another host. */
    SIGN_IN_ORIGINS: origins,
  });
export type ConsoleConfig = z.infer<typeof consoleConfig>;

/** @throws ConfigError; ConfigSound where only a check was asked for */
export const readConsoleConfig = (
  env: NodeJS.ProcessEnv = process.env,
): ConsoleConfig => {
  const config = readConfig(consoleConfig, env);
  if (process.argv.includes(CHECK_CONFIG)) throw new ConfigSound();
  return config;
};
