import type { MigrationInterface, QueryRunner } from "typeorm";
import { forwardOnly } from "./forward-only.js";

/** What people call a record, for lists that ask them about it; nothing else of customers. */
export class AmsConsoleNames1763800000008 implements MigrationInterface {
  readonly name = "AmsConsoleNames1763800000008";

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      grant select (tenant_id, customer_id, name, first_name, last_name) on ams.customer to ams_sync_console`);
    await runner.query(`
      grant select (tenant_id, company_id, name) on ams.company to ams_sync_console`);
    await runner.query(`
      grant select (tenant_id, appointment_id, user_id, date, reason, starts_at_time) on ams.appointment to ams_sync_console`);
  }

  down(): Promise<void> {
    return forwardOnly();
  }
}
