import type { MigrationInterface, QueryRunner } from "typeorm";

/** When a write was begun whose answer nobody saw; the journal holds a value that lost once and forgets it in time. */
export class SentAt1700000012000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // The owner cannot look at the rows; a default reaches those that are marked now.
    await runner.query(`
      alter table state.inbox add column sent_at timestamptz default now();
      alter table state.inbox alter column sent_at drop default;
      comment on column state.inbox.sent_at is 'Of an entry that is sent: when the last such write was begun';

      -- values may be longer than an index entry
      create unique index conflict_once on state.conflict (tenant_id, account_id, kind, record_id, item_id, field, winner,
        (md5(ams_value)), (md5(remote_value))) nulls not distinct;
      grant update (at, run_id) on state.conflict to ams_sync_state;
      create index conflict_expiry on state.conflict (at);
      create policy expired on state.conflict to ams_sync_schedule using (at < now() - interval '90 days');
      grant select (at), delete on state.conflict to ams_sync_schedule;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      revoke select (at), delete on state.conflict from ams_sync_schedule;
      drop policy expired on state.conflict;
      drop index state.conflict_expiry, state.conflict_once;
      revoke update (at, run_id) on state.conflict from ams_sync_state;
      alter table state.inbox drop column sent_at;
    `);
  }
}
