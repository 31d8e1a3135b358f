import type { MigrationInterface, QueryRunner } from "typeorm";

/** How long wake-ups pass by the job of a worker that died, after another one has taken the account over. */
export class PassedRun1700000006000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table state.schedule add column passed_run_id uuid, add column passed_until timestamptz;
      comment on column state.schedule.passed_run_id is 'The last run that never ended: the queue may take its job for running still';
      comment on column state.schedule.passed_until is 'No longer than that: two places in the queue are one too many';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `alter table state.schedule drop column passed_run_id, drop column passed_until`,
    );
  }
}
