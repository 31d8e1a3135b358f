import type { MigrationInterface, QueryRunner } from "typeorm";

/** Journals expire tenant by tenant, under the role that wrote them: the schedule's role no longer reaches into any. */
export class Retention1700000030000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      revoke select (at), delete on state.conflict from ams_sync_schedule;
      drop policy expired on state.conflict;
      -- what is too old is found by account and time
      drop index state.conflict_expiry;
      comment on table state.conflict is 'Values that lost where both sides had changed a field: customers'' data, kept for RETENTION_DAYS';
      comment on table state.run is 'What runs did, for people; idle ones are kept for a day, others for 90 or RETENTION_DAYS';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create index conflict_expiry on state.conflict (at);
      create policy expired on state.conflict to ams_sync_schedule using (at < now() - interval '90 days');
      grant select (at), delete on state.conflict to ams_sync_schedule;
    `);
  }
}
