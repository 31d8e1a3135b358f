import type { MigrationInterface, QueryRunner } from "typeorm";

/** Two replicas may note the same tenant at once. */
export class SettingsAuditedTenantUpdate1763800000003 implements MigrationInterface {
  readonly name = "SettingsAuditedTenantUpdate1763800000003";

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `grant update on settings.audited_tenant to ams_sync_settings`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `revoke update on settings.audited_tenant from ams_sync_settings`,
    );
  }
}
