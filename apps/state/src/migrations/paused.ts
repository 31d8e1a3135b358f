import type { MigrationInterface, QueryRunner } from "typeorm";

/** Accounts of which nothing is on say so. */
export class Paused1700000052000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await overAll(
      runner,
      `update state.account a set health = 'paused', error_kind = null, error_message = null, failures = 0
       where not exists (select from state.stream s
         where s.tenant_id = a.tenant_id and s.account_id = a.account_id and s.active)`,
    );
    await runner.query(
      `comment on column state.account.health is 'paused: none of its streams is on'`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await overAll(
      runner,
      `update state.account set health = 'ok' where health = 'paused'`,
    );
    await runner.query(`comment on column state.account.health is null`);
  }
}

/** Forced row-level security hides every tenant's rows from their owner, too. */
const overAll = async (runner: QueryRunner, change: string): Promise<void> => {
  // Both at once: a run that holds the one and wants the other would stand against a migration that does so, too.
  await runner.query("set local lock_timeout = '15s'");
  await runner.query(
    "lock table state.account, state.stream in access exclusive mode",
  );
  for (const table of ["account", "stream"])
    await runner.query(
      `alter table state.${table} no force row level security`,
    );
  await runner.query(change);
  for (const table of ["account", "stream"])
    await runner.query(`alter table state.${table} force row level security`);
};
