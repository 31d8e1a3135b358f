import type { MigrationInterface, QueryRunner } from "typeorm";

/**
 * A hint of a place that was left is told apart from one of the place that is bound, whose agreement a reset made void.
 * Of those that are void already, nobody knows which they are: they are taken for a former place's, where nothing is removed.
 */
export class Elsewhere1700000063000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table state.link add column elsewhere boolean not null default false;
      comment on column state.link.elsewhere is 'The item is where the stream wrote before: a hint, until something is agreed in the new place';
      -- Forced row-level security hides every tenant's rows from their owner, too.
      alter table state.link no force row level security;
      update state.link set elsewhere = true where hash = '';
      alter table state.link force row level security;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table state.link drop column elsewhere`);
  }
}
