import { logger, runMigrations, type Logger } from "@ams-sync/platform";
import { amsMigrations } from "./migrations/index.js";

export const AMS_SCHEMA = "ams";

/**
 * Brings schema `ams` up to date, as its owner. The owner needs CREATEROLE the first time in a cluster, and CREATE on
 * the database.
 * @returns names of the migrations that were applied
 */
export const migrateAms = (
  url: string,
  log: Logger = logger("ams-migrate"),
): Promise<readonly string[]> =>
  runMigrations({
    url,
    schema: AMS_SCHEMA,
    migrations: amsMigrations,
    log,
  });
