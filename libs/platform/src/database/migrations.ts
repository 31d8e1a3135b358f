import pg from "pg";
import type { DataSourceOptions } from "typeorm";
import type { Logger } from "../logging/logger.js";
import { createDataSource } from "./data-source.js";

export interface MigrationOptions {
  /** Login of the owner; services never use it. */
  readonly url: string;
  readonly schema: string;
  readonly migrations: NonNullable<DataSourceOptions["migrations"]>;
  readonly log: Pick<Logger, "info">;
}

const SCHEMA_NAME = /^[a-z][a-z0-9_]{0,62}$/;

/**
 * Brings one schema up to date, each migration in its own transaction. Several replicas may start at once: the advisory
 * lock lets one work while the others wait and then find nothing to do.
 * @returns names of the migrations that were applied
 */
export const runMigrations = async (
  options: MigrationOptions,
): Promise<readonly string[]> => {
  const { url, schema, log } = options;
  if (!SCHEMA_NAME.test(schema))
    throw new TypeError(`"${schema}" is not a plain lower-case schema name`);
  const client = new pg.Client({
    connectionString: url,
    application_name: `migrate ${schema}`,
  });
  await client.connect();
  try {
    // Held by this session, so it is released even if the process dies.
    await client.query("select pg_advisory_lock(hashtextextended($1, 0))", [
      `ams-sync migrations ${schema}`,
    ]);
    await refuseOtherEncodings(client);
    await client.query(`create schema if not exists "${schema}"`);
    const applied = await applyTo(options);
    log.info({ schema }, "migrations done");
    return applied;
  } finally {
    await client.end();
  }
};

/**
 * Before anything is made: in LATIN1 a name from elsewhere cannot be stored, and in SQL_ASCII `normalize` fails with the
 * first letter that is not ASCII, in whoever writes it.
 */
const refuseOtherEncodings = async (client: pg.Client): Promise<void> => {
  const { rows } = await client.query<{ database: string; encoding: string }>(
    `select current_database() as database, current_setting('server_encoding') as encoding`,
  );
  const { database, encoding } = rows[0] ?? {};
  if (encoding === "UTF8") return;
  throw new Error(
    `The database "${database}" has the encoding ${encoding}, and ams-sync needs UTF8: names are compared letter by letter. Nothing was changed. Save it with pg_dump, make one with CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0, restore into that, and migrate again.`,
  );
};

const applyTo = async ({
  url,
  schema,
  migrations,
  log,
}: MigrationOptions): Promise<readonly string[]> => {
  const dataSource = createDataSource({
    url,
    schema,
    migrations,
    poolSize: 1,
    applicationName: `migrate ${schema}`,
    // A migration over a full table takes as long as it takes.
    statementTimeoutMs: 0,
  });
  await dataSource.initialize();
  try {
    const applied = await dataSource.runMigrations({ transaction: "each" });
    for (const { name } of applied)
      log.info({ schema, migration: name }, "migration applied");
    return applied.map(({ name }) => name);
  } finally {
    await dataSource.destroy();
  }
};
