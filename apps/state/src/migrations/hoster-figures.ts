import type { MigrationInterface, QueryRunner } from "typeorm";

/** The hoster sees how many accounts are how, in each tenant, and not whose they are. */
export class HosterFigures1700000026000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create policy observed on state.account for select to ams_sync_schedule using (true);
      grant select (tenant_id, account_id, health, last_success_at) on state.account to ams_sync_schedule;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      revoke select (tenant_id, account_id, health, last_success_at) on state.account from ams_sync_schedule;
      drop policy observed on state.account;
    `);
  }
}
