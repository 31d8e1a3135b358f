import type { MigrationInterface, QueryRunner } from "typeorm";
import { forwardOnly } from "./forward-only.js";

/** What decides whether a record is sent, to tell people why it is not, and by what they look for one. */
export class AmsConsoleScope1763800000011 implements MigrationInterface {
  readonly name = "AmsConsoleScope1763800000011";

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      grant select (last_changed, customer_number) on ams.customer to ams_sync_console`);
    await runner.query(`
      grant select (last_changed) on ams.company to ams_sync_console`);
    await runner.query(`
      grant select (last_changed) on ams.agent to ams_sync_console`);
    await runner.query(`
      grant select (last_changed, date_key) on ams.appointment to ams_sync_console`);
  }

  down(): Promise<void> {
    return forwardOnly();
  }
}
