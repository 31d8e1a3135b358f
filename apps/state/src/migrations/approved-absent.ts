import type { MigrationInterface, QueryRunner } from "typeorm";

/** Who has agreed to a mass deletion is not asked about each account's share of it. */
export class ApprovedAbsent1700000022000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table state.feed add column approved boolean not null default false;
      comment on column state.feed.approved is 'A tombstone that an operator has looked at and agreed to';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table state.feed drop column approved`);
  }
}
