import type { MigrationInterface, QueryRunner } from "typeorm";
import { tenantTable } from "./tenant-table.js";

/** Accounts with their lease, streams with their tokens, and the schedule that the sweep reads. */
export class Accounts1700000001000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table state.account (
        tenant_id uuid not null,
        account_id uuid not null,
        user_id bigint not null,
        system text not null check (system in ('cloud', 'outlook', 'tobit', 'google')),
        settings_version bigint not null,
        credential_version bigint not null,
        health text not null default 'ok' check (health in ('ok', 'degraded', 'needs-login', 'paused')),
        error_kind text,
        error_message text,
        failures integer not null default 0,
        last_success_at timestamptz,
        run_id uuid,
        lease_until timestamptz,
        remote_position bigint not null default 0,
        primary key (tenant_id, account_id),
        check ((run_id is null) = (lease_until is null))
      );
      comment on table state.account is 'One user''s login at one system. Its row lock is the run lock: whatever a run changes is changed under it';
      comment on column state.account.credential_version is 'Newest settings version that brought a new credential or address';
      comment on column state.account.failures is 'Runs in a row that ended early or stood still';
      comment on column state.account.remote_position is 'Newest position given to a remote inbox entry';
      create index account_user on state.account (tenant_id, user_id);

      create table state.schedule (
        tenant_id uuid not null,
        account_id uuid not null,
        system text not null,
        due_at timestamptz not null,
        not_before timestamptz,
        parked boolean not null,
        enqueued_at timestamptz,
        primary key (tenant_id, account_id),
        foreign key (tenant_id, account_id) references state.account on delete cascade
      );
      comment on table state.schedule is 'When an account is to run next; no personal data, the sweep reads all tenants here';
      comment on column state.schedule.not_before is 'A server said "not before" (Retry-After) or a back-off runs: no change makes the account due earlier';
      create index schedule_due on state.schedule (due_at) where not parked;

      create table state.stream (
        tenant_id uuid not null,
        account_id uuid not null,
        kind text not null check (kind in ('contacts', 'appointments')),
        active boolean not null,
        container text,
        feed_epoch bigint,
        feed_position bigint,
        full_wanted bigint not null default 1,
        full_told bigint not null default 0,
        full_done bigint not null default 0,
        remote_token text,
        remote_due_at timestamptz not null,
        poll_ms integer not null,
        polling boolean not null default false,
        remote_seen integer,
        primary key (tenant_id, account_id, kind),
        foreign key (tenant_id, account_id) references state.account on delete cascade,
        check ((feed_epoch is null) = (feed_position is null))
      );
      comment on table state.stream is 'One kind of an account: container, tokens, poll time';
      comment on column state.stream.full_wanted is 'Rises with everything that asks for an intake of the whole feed';
      comment on column state.stream.full_told is 'full_wanted when the last run began: what its intakes settle';
      comment on column state.stream.full_done is 'full_told of the last full intake; lower than full_wanted: one is still owed';
      comment on column state.stream.poll_ms is 'How long the next poll waits, if this one finds nothing';
      comment on column state.stream.polling is 'The run under way was told to ask the other system';
      comment on column state.stream.remote_seen is 'What that run heard there; null: nothing yet, not even that there is nothing';

      create table state.container (
        tenant_id uuid not null,
        account_id uuid not null,
        kind text not null,
        system text not null,
        address text not null,
        primary key (tenant_id, account_id, kind),
        foreign key (tenant_id, account_id, kind) references state.stream on delete cascade
      );
      comment on table state.container is 'Which stream owns a remote container: one in all tenants, or two accounts fight over its items';
      create unique index container_address on state.container (system, address);

      create table state.run (
        tenant_id uuid not null,
        account_id uuid not null,
        run_id uuid not null,
        worker text not null,
        started_at timestamptz not null,
        credential_version bigint not null,
        ended_at timestamptz,
        intakes integer not null default 0,
        results integer not null default 0,
        counts jsonb,
        error_kind text,
        error_message text,
        primary key (tenant_id, account_id, run_id),
        foreign key (tenant_id, account_id) references state.account on delete cascade
      );
      comment on table state.run is 'What runs did, for people; idle ones are kept for a day, others for 90';
      create index run_started on state.run (tenant_id, account_id, started_at);
    `);
    await tenantTable(runner, "account", ["select", "insert", "update"]);
    await tenantTable(runner, "schedule", ["select", "insert", "update"]);
    await tenantTable(runner, "stream", ["select", "insert", "update"]);
    await tenantTable(runner, "container", [
      "select",
      "insert",
      "update",
      "delete",
    ]);
    await tenantTable(runner, "run", ["select", "insert", "update", "delete"]);
    await runner.query(`
      create policy every_tenant on state.schedule to ams_sync_schedule using (true);
      grant select, update (enqueued_at) on state.schedule to ams_sync_schedule;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `drop table state.run, state.container, state.stream, state.schedule, state.account`,
    );
  }
}
