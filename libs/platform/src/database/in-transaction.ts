import type { DataSource, EntityManager, QueryRunner } from "typeorm";

/** Longer than a server that answers needs, also behind a statement that it is about to end. */
const ROLLBACK_MS = 5_000;

/**
 * One transaction whose first statements go out together with its BEGIN: most transactions are a few statements, and each
 * round trip costs about as much as what it does. TypeORM does not know of the transaction: nothing inside may ask it for
 * another one.
 * @param opening SQL without parameters; nothing of a caller may stand in it that was not checked to be harmless
 */
export const inTransaction = async <T>(
  dataSource: DataSource,
  opening: string,
  work: (manager: EntityManager) => Promise<T>,
): Promise<T> => {
  const runner = dataSource.createQueryRunner();
  try {
    await runner.query(`begin; ${opening}`);
    const result = await work(runner.manager);
    await runner.query("commit");
    return result;
  } catch (error) {
    // The first error is the one to tell.
    if (!(await rolledBack(runner))) await discard(runner);
    throw error;
  } finally {
    await runner.release();
  }
};

/** Whether the server has said that nothing is open any more. */
const rolledBack = async (runner: QueryRunner): Promise<boolean> => {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, ROLLBACK_MS, false);
  });
  const done = runner.query("rollback").then(
    () => true,
    () => false,
  );
  try {
    return await Promise.race([done, tooLong]);
  } finally {
    clearTimeout(timer);
  }
};

/**
 * Ends the connection, so that the pool opens another one. Its transaction may still be open: whoever got it next would
 * work inside that, as the tenant of it, and commit what was to be taken back.
 */
const discard = async (runner: QueryRunner): Promise<void> => {
  // Where there was none there is none to end.
  const connection: unknown = await runner.connect().catch(() => undefined);
  if (canEnd(connection)) void connection.end();
};

/** A pg client that was told to end is taken out of its pool when it is released. */
const canEnd = (connection: unknown): connection is { end(): Promise<void> } =>
  typeof (Object(connection) as { readonly end?: unknown }).end === "function";
