import type { MigrationInterface, QueryRunner } from "typeorm";

/** As for items that had a record once: where nothing tells what goes, lists that lack an item for long enough do. */
export class UnlinkedMisses1700000046000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table state.unlinked_item
        add column looked_at timestamptz not null default now(),
        add column missed smallint not null default 0;
      comment on column state.unlinked_item.looked_at is 'When it was last announced, or counted as missing';
      comment on column state.unlinked_item.missed is 'Whole lists in a row that lacked it, at least two days from each other';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `alter table state.unlinked_item drop column looked_at, drop column missed`,
    );
  }
}
