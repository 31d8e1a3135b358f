import { postgresUrl, readConfig, redisUrl } from "@ams-sync/platform";
import { z } from "zod";
import type { StackOptions } from "./stack-options.js";

const port = z
  .string()
  .refine(
    (text) =>
      /^\d{1,5}$/.test(text) && Number(text) > 0 && Number(text) < 65_536,
    "must be a port, a number from 1 to 65535",
  )
  .transform(Number)
  .optional();

const schema = z.object({
  AMS_SYNC_DATA: z.string().optional(),
  AMS_DATABASE_URL: postgresUrl.optional(),
  DATABASE_URL: postgresUrl.optional(),
  REDIS_URL: redisUrl.optional(),
  SIGN_IN_ISSUER: z.url().optional(),
  POSTGRES_PORT: port,
  ISSUER_PORT: port,
  STATE_HTTP_PORT: port,
  STATE_GRPC_PORT: port,
  SETTINGS_HTTP_PORT: port,
  SETTINGS_GRPC_PORT: port,
  CHANGE_CAPTURE_HTTP_PORT: port,
  CLOUD_CONNECTOR_HTTP_PORT: port,
  OUTLOOK_CONNECTOR_HTTP_PORT: port,
  CONSOLE_HTTP_PORT: port,
  OUTLOOK: z.enum(["true", "false"]).default("false"),
});

export const USAGE = `npm run stack

Starts PostgreSQL and all services on this machine, prints their addresses, and
goes on until Ctrl-C. Environment variables, all optional:

  AMS_DATABASE_URL   owner's URL of an ams database; default: an embedded one
  DATABASE_URL       owner's URL of ams-sync's own database; default: embedded
  REDIS_URL          the queues' Redis; default: queues in PostgreSQL
  AMS_SOURCE         name of the ams database in state; default: ams
  AMS_SYNC_DATA      folder of data, keys and logs; default: .data
  OUTLOOK            "true": the outlook-connector, too, for Microsoft 365
  SIGN_IN_ISSUER     who vouches for people; default: an embedded issuer
                     that asks for no passwords
  POSTGRES_PORT, ISSUER_PORT, STATE_HTTP_PORT, STATE_GRPC_PORT, SETTINGS_HTTP_PORT,
  SETTINGS_GRPC_PORT, CHANGE_CAPTURE_HTTP_PORT, CLOUD_CONNECTOR_HTTP_PORT,
  OUTLOOK_CONNECTOR_HTTP_PORT, CONSOLE_HTTP_PORT
                     fixed ports; default: free ones

What else a service reads (LOG_LEVEL, OTEL_EXPORTER_OTLP_ENDPOINT,
SLICE_SIZE …) is passed on to it. EGRESS_ALLOW opens servers on private addresses
(apps/cloud-connector/README.md says how); those on this machine are open already.
`;

/** What is wrong with the arguments: the stack takes none but --help. */
export const wrongArgument = (argument: string): string =>
  `npm run stack takes no ${argument}: what can be set is set by variables, as in STATE_HTTP_PORT=17453 npm run stack. \`npm run stack -- --help\` lists them.\n`;

/** The options that the environment sets. @throws ConfigError naming all bad variables */
export function stackOptions(env: NodeJS.ProcessEnv): StackOptions {
  const config = readConfig(schema, env);
  const ports: StackOptions["ports"] = {
    state: pair(config.STATE_HTTP_PORT, config.STATE_GRPC_PORT),
    settings: pair(config.SETTINGS_HTTP_PORT, config.SETTINGS_GRPC_PORT),
    "change-capture": pair(config.CHANGE_CAPTURE_HTTP_PORT),
    "cloud-connector": pair(config.CLOUD_CONNECTOR_HTTP_PORT),
    "outlook-connector": pair(config.OUTLOOK_CONNECTOR_HTTP_PORT),
  };
  return {
    ...(config.AMS_SYNC_DATA !== undefined && { data: config.AMS_SYNC_DATA }),
    amsDatabaseUrl: config.AMS_DATABASE_URL,
    databaseUrl: config.DATABASE_URL,
    redisUrl: config.REDIS_URL,
    outlook: config.OUTLOOK === "true",
    issuerUrl: config.SIGN_IN_ISSUER,
    issuerPort: config.ISSUER_PORT,
    postgresPort: config.POSTGRES_PORT,
    console: true,
    consolePort: config.CONSOLE_HTTP_PORT,
    ports,
  };
}

const pair = (http: number | undefined, grpc?: number) => ({
  ...(http !== undefined && { http }),
  ...(grpc !== undefined && { grpc }),
});
