import type { MigrationInterface, QueryRunner } from "typeorm";

/** By which the sweep's wake-ups are told from those that a dead worker took along. */
export class LastRun1700000004000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table state.schedule add column last_run_id uuid;
      comment on column state.schedule.last_run_id is 'The run that began last and did not end: under way, or its worker is dead; null: none';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table state.schedule drop column last_run_id`);
  }
}
