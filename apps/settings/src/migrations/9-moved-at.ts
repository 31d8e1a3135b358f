import type { MigrationInterface, QueryRunner } from "typeorm";

/** With which version a stream came to its place, so that state can tell whether anything was put there. */
export class SettingsMovedAt1763800000009 implements MigrationInterface {
  readonly name = "SettingsMovedAt1763800000009";

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table settings.announcement add column moved_at jsonb not null default '{}';
      comment on column settings.announcement.moved_at is 'Version with which each of moved_streams came to where it is now: {"contacts": "3"}';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `alter table settings.announcement drop column moved_at`,
    );
  }
}
