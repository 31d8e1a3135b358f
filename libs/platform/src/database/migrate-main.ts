import { z } from "zod";
import { postgresUrl } from "../config/addresses.js";
import { ConfigError } from "../config/config-error.js";
import { readConfig } from "../config/read-config.js";
import { logger } from "../logging/logger.js";
import { runMigrations, type MigrationOptions } from "./migrations.js";

export interface MigrateMainOptions extends Pick<
  MigrationOptions,
  "schema" | "migrations"
> {
  readonly service: string;
  /** Runs after them as the owner, for what is no migration of ours: `migrateQueues`. */
  readonly afterwards?: (url: string) => Promise<void>;
}

/** The whole of a `migrate.ts`: reads MIGRATE_DATABASE_URL, migrates, sets the exit code. */
export const migrateMain = async ({
  service,
  schema,
  migrations,
  afterwards,
}: MigrateMainOptions): Promise<void> => {
  const log = logger(`${service}-migrate`);
  try {
    const { MIGRATE_DATABASE_URL: url } = readConfig(
      z.object({ MIGRATE_DATABASE_URL: postgresUrl }),
    );
    await runMigrations({ url, schema, migrations, log });
    await afterwards?.(url);
  } catch (error) {
    if (error instanceof ConfigError) log.fatal(error.message);
    else
      log.fatal(
        { err: error },
        "migrating failed; nothing of the failing migration was kept",
      );
    process.exitCode = 1;
  }
};
