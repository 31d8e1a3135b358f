import type { MigrationInterface, QueryRunner } from "typeorm";
import { groupRole, tenantTable } from "./tenant-table.js";

/** ams databases, the tenants that live in them, and the compacted feed of their changes. */
export class Feed1700000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await groupRole(runner, "ams_sync_state");
    await groupRole(runner, "ams_sync_schedule");
    await runner.query(`
      grant usage on schema state to ams_sync_state, ams_sync_schedule;

      create table state.source (
        name text primary key check (name <> ''),
        system_identifier text not null,
        epoch bigint not null default 0,
        last_lsn bigint not null default 0,
        position bigint not null default 0,
        status text not null default 'new' check (status in ('new', 'snapshot', 'streaming', 'stopped')),
        stop_code text,
        stop_message text,
        changed_at timestamptz not null default now(),
        check ((status = 'stopped') = (stop_code is not null))
      );
      comment on table state.source is 'One ams database. Its row lock is what makes positions rise in commit order';
      comment on column state.source.epoch is 'Rises with every snapshot; a token of another epoch is void';
      comment on column state.source.last_lsn is 'Commit end LSN of the last transaction stored whole; 0 before the first';
      comment on column state.source.position is 'Newest position given to a feed row';

      -- no tenant's data: the runtime role sees every source, nobody else sees any
      alter table state.source enable row level security;
      alter table state.source force row level security;
      create policy all_sources on state.source to ams_sync_state using (true);
      create policy observed on state.source for select to ams_sync_schedule using (true);
      grant select, insert, update on state.source to ams_sync_state;
      grant select on state.source to ams_sync_schedule;

      create table state.tenant (
        tenant_id uuid primary key,
        source text not null references state.source,
        first_seen_at timestamptz not null default now()
      );
      comment on table state.tenant is 'In which ams database a tenant lives: in one only';
      create index tenant_source on state.tenant (source);

      create table state.feed (
        tenant_id uuid not null,
        kind text not null check (kind in ('customer', 'company', 'agent', 'appointment')),
        record_id bigint not null,
        epoch bigint not null,
        position bigint not null,
        deleted boolean not null,
        held boolean not null default false,
        committed_at timestamptz not null,
        trace_parent text,
        primary key (tenant_id, kind, record_id)
      );
      comment on table state.feed is 'One row per record with its newest position; a tombstone lives as long as its tenant';
      comment on column state.feed.epoch is 'The snapshot that saw the record last, or the epoch it changed in';
      comment on column state.feed.held is 'Missing from the last snapshot, kept back by the guard until somebody approves';
      create unique index feed_position on state.feed (tenant_id, position);
      create index feed_held on state.feed (tenant_id) where held;
    `);
    await tenantTable(runner, "tenant", ["select", "insert"]);
    // The feed's writer lists the tenants of its one source before it works on each.
    await runner.query(`
      create policy own_source on state.tenant for select to ams_sync_state
        using (source = nullif(current_setting('app.source', true), ''));
    `);
    await tenantTable(runner, "feed", ["select", "insert", "update"]);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table state.feed, state.tenant, state.source`);
  }
}
