import type { MigrationInterface, QueryRunner } from "typeorm";

/** What becomes of a colleague concerns whoever sends that one's appointments (R15). */
export class Owners1700000073000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table state.account add column owner_ids bigint[] not null default '{}';
      comment on column state.account.owner_ids is 'Others whose appointments it sends, as settings told last';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table state.account drop column owner_ids`);
  }
}
