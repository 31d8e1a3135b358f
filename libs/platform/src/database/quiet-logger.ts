import type { Logger as TypeOrmLogger } from "typeorm";
import type { Logger } from "../logging/logger.js";

/** TypeORM's own loggers print statements with their parameters, and as plain text. Errors are thrown anyway. */
export const quietLogger = (log: Logger): TypeOrmLogger => ({
  logQuery: () => undefined,
  logQueryError: () => undefined,
  logQuerySlow: () => undefined,
  logSchemaBuild: () => undefined,
  logMigration: (message) => log.debug(message),
  log: (level, message: unknown) =>
    log[level === "warn" ? "warn" : "debug"](String(message)),
});
