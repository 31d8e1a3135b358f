import { DataSource, type DataSourceOptions } from "typeorm";
import { logger } from "../logging/logger.js";
import { quietLogger } from "./quiet-logger.js";

export interface DatabaseOptions {
  readonly url: string;
  /** Where entities without a schema of their own and TypeORM's migrations table live. */
  readonly schema?: string;
  readonly entities?: NonNullable<DataSourceOptions["entities"]>;
  readonly migrations?: NonNullable<DataSourceOptions["migrations"]>;
  readonly poolSize?: number;
  /** Shown in pg_stat_activity. */
  readonly applicationName: string;
  /** Milliseconds after which the server ends a statement. */
  readonly statementTimeoutMs?: number;
}

/** A data source that is not yet connected: `await dataSource.initialize()`. Never changes a schema by itself. */
export const createDataSource = (options: DatabaseOptions): DataSource => {
  const log = logger("database");
  return new DataSource({
    type: "postgres",
    url: options.url,
    applicationName: options.applicationName,
    poolSize: options.poolSize ?? 10,
    connectTimeoutMS: 5_000,
    synchronize: false,
    migrationsRun: false,
    installExtensions: false,
    logger: quietLogger(log),
    entities: options.entities ?? [],
    migrations: options.migrations ?? [],
    migrationsTransactionMode: "each",
    ...(options.schema === undefined ? {} : { schema: options.schema }),
    extra: {
      statement_timeout: options.statementTimeoutMs ?? 60_000,
      // A crashed or hung holder must not keep its row locks.
      idle_in_transaction_session_timeout: 60_000,
      keepAlive: true,
    },
    // An idle connection broke; the pool opens another one.
    poolErrorHandler: (error: unknown) => {
      log.warn(
        { err: error, application: options.applicationName },
        "an idle database connection was lost",
      );
    },
  });
};
