import type { MigrationInterface, QueryRunner } from "typeorm";
import { forwardOnly } from "./forward-only.js";

/** `appointment_date_key` begins with the same columns: whatever asks for a user's appointments is served by it. */
export class AmsAppointmentUser1763800000012 implements MigrationInterface {
  readonly name = "AmsAppointmentUser1763800000012";

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`drop index ams.appointment_user`);
  }

  down(): Promise<void> {
    return forwardOnly();
  }
}
