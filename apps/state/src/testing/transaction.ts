import type { DataSource, EntityManager } from "typeorm";

/** A transaction that a spec drives step by step, to put another one between its steps. */
export class OpenTransaction {
  private constructor(
    readonly manager: EntityManager,
    readonly commit: () => Promise<void>,
    readonly rollback: () => Promise<void>,
  ) {}

  static async begin(
    database: DataSource,
    tenantId?: string,
  ): Promise<OpenTransaction> {
    const runner = database.createQueryRunner();
    await runner.startTransaction();
    if (tenantId !== undefined)
      await runner.query(`select set_config('app.tenant_id', $1, true)`, [
        tenantId,
      ]);
    const ending = (how: () => Promise<void>) => async () => {
      await how();
      await runner.release();
    };
    return new OpenTransaction(
      runner.manager,
      ending(() => runner.commitTransaction()),
      ending(() => runner.rollbackTransaction()),
    );
  }
}

/** The same manager, but before the statement that begins so something else happens. */
export const pausing = (
  manager: EntityManager,
  statement: string,
  meanwhile: () => Promise<unknown>,
): EntityManager =>
  new Proxy(manager, {
    get: (target, property, receiver): unknown =>
      property === "query"
        ? async (sql: string, parameters: unknown[]) => {
            if (sql.trimStart().startsWith(statement)) await meanwhile();
            return target.query(sql, parameters);
          }
        : Reflect.get(target, property, receiver),
  });

/** Whether the work is still under way after a while: it waits for a lock. */
export const waits = async (work: Promise<unknown>): Promise<boolean> => {
  let done = false;
  work.then(
    () => (done = true),
    () => (done = true),
  );
  await new Promise((resolve) => setTimeout(resolve, 300));
  return !done;
};
