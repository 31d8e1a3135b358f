import type { MigrationInterface, QueryRunner } from "typeorm";

/** An event that is called off there is read once, and not by each list. */
export class LostVersion1700000044000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table state.link add column lost_version text;
      comment on column state.link.lost_version is 'Version at which the item was seen to be called off; null: it is not there';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table state.link drop column lost_version`);
  }
}
