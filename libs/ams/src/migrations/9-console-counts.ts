import type { MigrationInterface, QueryRunner } from "typeorm";
import { forwardOnly } from "./forward-only.js";

/** Whose customer somebody is: to tell how many a choice concerns before it is made. */
export class AmsConsoleCounts1763800000009 implements MigrationInterface {
  readonly name = "AmsConsoleCounts1763800000009";

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `grant select (agent_id) on ams.customer to ams_sync_console`,
    );
  }

  down(): Promise<void> {
    return forwardOnly();
  }
}
