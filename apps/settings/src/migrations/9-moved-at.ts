import type { MigrationInterface, QueryRunner } from "typeorm";

/**
 * With which version a stream came to its place, so that state can tell whether anything was put there. A release that does
 * not know of it changes a note without it: `moved_at_of` then stays behind the note's version, and says so.
 */
export class SettingsMovedAt1763800000009 implements MigrationInterface {
  readonly name = "SettingsMovedAt1763800000009";

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table settings.announcement add column moved_at jsonb not null default '{}', add column moved_at_of bigint not null default 0;
      comment on column settings.announcement.moved_at is 'Version with which each of moved_streams came to where it is now: {"contacts": "3"}';
      comment on column settings.announcement.moved_at_of is 'Version of the note that moved_at was written for; of another one it says nothing';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `alter table settings.announcement drop column moved_at, drop column moved_at_of`,
    );
  }
}
