import type { MigrationInterface, QueryRunner } from "typeorm";

/** A page of a list that is filtered costs what a page of a short one does. */
export class SettingsLongLists1763800000008 implements MigrationInterface {
  readonly name = "SettingsLongLists1763800000008";

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create index account_user on settings.account (tenant_id, user_id, account_id);
      create index account_system on settings.account (tenant_id, system, account_id);
      create index audit_entry_user on settings.audit_entry (tenant_id, user_id, entry_id);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `drop index settings.audit_entry_user, settings.account_system, settings.account_user`,
    );
  }
}
