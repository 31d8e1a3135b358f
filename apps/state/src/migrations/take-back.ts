import type { MigrationInterface, QueryRunner } from "typeorm";

/** A user wants the value that lost in a conflict. */
export class TakeBack1700000027000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table state.inbox add column take_back jsonb, add check (take_back is null or side = 'ams');
      comment on column state.inbox.take_back is 'Values that a user wants back, by field: {kept, lost}; customers'' data';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table state.inbox drop column take_back`);
  }
}
