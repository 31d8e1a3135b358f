import type { MigrationInterface, QueryRunner } from "typeorm";

/** State is told who wants to see first what a save comes to. */
export class SettingsPreview1763800000006 implements MigrationInterface {
  readonly name = "SettingsPreview1763800000006";

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `alter table settings.announcement add column preview boolean not null default false`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table settings.announcement drop column preview`);
  }
}
