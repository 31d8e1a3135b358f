import type { MigrationInterface, QueryRunner } from "typeorm";
import { forwardOnly } from "./forward-only.js";

/**
 * Finding the appointments of a day, and what was made of them, without reading all of a user's: it happens under the
 * lock of the brokerage. The day as it stands in what people typed, whatever blanks are around it. A column and not an
 * index on the expression, as for the keys of customers: below row-level security an index serves leakproof conditions
 * only.
 */
export class AmsAppointmentDay1763800000007 implements MigrationInterface {
  readonly name = "AmsAppointmentDay1763800000007";

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table ams.appointment add column date_key text
        generated always as (substring(date from '[0-9]{4}-[0-9]{2}-[0-9]{2}')) stored`);
    await runner.query(`
      create index appointment_date_key on ams.appointment (tenant_id, user_id, date_key)`);
    await runner.query(`
      create index sync_origin_record on ams.sync_origin (tenant_id, kind, record_id)`);
  }

  down(): Promise<void> {
    return forwardOnly();
  }
}
