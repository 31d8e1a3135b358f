import type { MigrationInterface, QueryRunner } from "typeorm";

/** Servers that tell nothing of what goes: what they had is forgotten once their lists have lacked it long enough. */
export class PartedMisses1700000023000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table state.parted_item
        add column looked_at timestamptz not null default now(),
        add column missed smallint not null default 0;
      comment on column state.parted_item.looked_at is 'When it was last announced, or counted as missing';
      comment on column state.parted_item.missed is 'Whole lists in a row that lacked it, at least two days from each other';
      grant update (looked_at, missed) on state.parted_item to ams_sync_state;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      revoke update (looked_at, missed) on state.parted_item from ams_sync_state;
      alter table state.parted_item drop column looked_at, drop column missed;
    `);
  }
}
