import type { MigrationInterface, QueryRunner } from "typeorm";

/** Of many accounts those that are in one way are paged without looking at the others. */
export class AccountHealth1700000062000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `create index account_health on state.account (tenant_id, health, account_id)`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop index state.account_health`);
  }
}
