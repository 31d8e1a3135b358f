import type { MigrationInterface, QueryRunner } from "typeorm";

/** Which fields of an item a write may have changed whose answer nobody saw. */
export class SentFields1700000005000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table state.inbox add column sent_fields text[] not null default '{}';
      comment on column state.inbox.sent is 'A write was under way whose answer nobody saw';
      comment on column state.inbox.sent_fields is 'Names of the fields that such writes were to change';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table state.inbox drop column sent_fields`);
  }
}
