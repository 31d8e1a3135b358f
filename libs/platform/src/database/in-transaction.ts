import type { DataSource, EntityManager } from "typeorm";

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
    // On a connection that broke there is nothing to take back; the first error is the one to tell.
    await runner.query("rollback").catch(() => undefined);
    throw error;
  } finally {
    await runner.release();
  }
};
