import type { MigrationInterface, QueryRunner } from "typeorm";

/** An approval is of the fields that were shown. */
export class IntentFields1700000020000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table state.inbox add column intent_fields text[] not null default '{}';
      comment on column state.inbox.intent_fields is 'Names of the fields that the intent empties';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table state.inbox drop column intent_fields`);
  }
}
