import type { MigrationInterface, QueryRunner } from "typeorm";

/** Whose appends a source takes, and how many of them it has. */
export class Writer1700000003000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table state.source add column writer text not null default '', add column appends bigint not null default 0;
      comment on column state.source.writer is 'Who opened the source last: appends of others are refused';
      comment on column state.source.appends is 'Newest append of that writer that is stored; tells the order of parts, which have no LSN';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `alter table state.source drop column writer, drop column appends`,
    );
  }
}
