import type { MigrationInterface, QueryRunner } from "typeorm";
import { tenantTable } from "./tenant-table.js";

/** What the way back from the other system needs: the guard, items without a record, lost items, values that lost. */
export class TwoWays1700000010000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await columns(runner);
    await tables(runner);
    await counters(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop table state.conflict, state.removal, state.unlinked_key, state.unlinked_item;
      drop function state.count_unlinked();
      drop index state.inbox_due, state.inbox_approved, state.link_lost;
      delete from state.inbox where state = 'intended';
      alter table state.inbox drop constraint inbox_state, drop constraint inbox_when,
        drop column intent, drop column approved, drop column restore,
        drop column decision, drop column decision_kind, drop column decision_record_id,
        add constraint inbox_state_check check (state in ('pending', 'set-aside')),
        add constraint inbox_check2 check (state = 'set-aside' or due_at is not null);
      create index inbox_due on state.inbox (tenant_id, account_id, stream, state, due_at, entry_id);
      alter table state.link drop column lost, drop column lost_at, drop column history;
      alter table state.stream drop column listed, drop column bound_at, drop column held_at;
    `);
  }
}

/**
 * Streams that are there count as listed and bound now: the owner cannot look at their rows, a default reaches them all
 * the same.
 */
const columns = (runner: QueryRunner): Promise<unknown> =>
  runner.query(`
    alter table state.stream add column listed boolean not null default true,
      add column bound_at timestamptz default now(), add column held_at timestamptz;
    alter table state.stream alter column listed set default false, alter column bound_at drop default;
    comment on column state.stream.listed is 'The other side has been listed whole since its token was forgotten';
    comment on column state.stream.bound_at is 'Since when the stream uses its container';
    comment on column state.stream.held_at is 'Since when there is more to delete or clear than may go unasked';

    alter table state.link add column lost text check (lost in ('noticed', 'left')), add column lost_at timestamptz,
      add column history text, add check ((lost is null) = (lost_at is null));
    comment on column state.link.lost is 'The item was found missing; left: the user wants it to stay so';
    comment on column state.link.history is 'Forms of the last hour, the connector''s own text';
    create index link_lost on state.link (tenant_id, account_id, stream, kind, record_id) where lost is not null;

    alter table state.inbox drop constraint inbox_state_check, drop constraint inbox_check2,
      add column intent text check (intent in ('delete', 'clear')),
      add column approved boolean not null default false,
      add column restore boolean not null default false,
      add column decision text check (decision in ('link', 'create', 'leave')),
      add column decision_kind text,
      add column decision_record_id bigint,
      add constraint inbox_state check (state in ('pending', 'set-aside', 'intended')),
      add constraint inbox_when check (state in ('set-aside', 'intended') or due_at is not null),
      add check (intent is not null or not (approved or state = 'intended')),
      add check (decision is null or side = 'remote'),
      add check (coalesce(decision = 'link', false) = (decision_kind is not null and decision_record_id is not null));
    comment on column state.inbox.intent is 'What it came to last time, as the guard did not let it go';
    comment on column state.inbox.approved is 'Somebody has looked at the intent and agreed';
    comment on column state.inbox.restore is 'A user wants the lost item back';
    comment on column state.inbox.decision is 'A user''s answer to what the item is';
    -- each side by itself: what the other system announced goes first
    drop index state.inbox_due;
    create index inbox_due on state.inbox (tenant_id, account_id, stream, state, side, due_at, entry_id);
    create index inbox_approved on state.inbox (tenant_id, account_id, stream, entry_id) where approved;
  `);

const tables = async (runner: QueryRunner): Promise<void> => {
  await runner.query(`
    create table state.unlinked_item (
      tenant_id uuid not null,
      account_id uuid not null,
      stream text not null,
      item_id text not null,
      item_version text,
      reason text not null,
      candidates jsonb not null,
      settled boolean not null default false,
      left_at timestamptz not null default now(),
      primary key (tenant_id, account_id, stream, item_id)
    );
    comment on table state.unlinked_item is 'Items of the other system that belong to no record, and why';
    comment on column state.unlinked_item.candidates is 'Records of which it may be one: [{kind, recordId}]';
    comment on column state.unlinked_item.settled is 'A user has said that it is to stay so';

    create table state.unlinked_key (
      tenant_id uuid not null,
      account_id uuid not null,
      stream text not null,
      key text not null,
      item_id text not null,
      primary key (tenant_id, account_id, stream, key, item_id),
      foreign key (tenant_id, account_id, stream, item_id) references state.unlinked_item on delete cascade
    );
    -- a table of its own: under row-level security an index of an array is not used
    comment on table state.unlinked_key is 'Hashes by which a new record finds an item that it may be';
    create index unlinked_key_item on state.unlinked_key (tenant_id, account_id, stream, item_id);

    create table state.removal (
      tenant_id uuid not null,
      account_id uuid not null,
      stream text not null,
      removal_id bigint generated always as identity,
      at timestamptz not null default clock_timestamp(),
      deletes integer not null,
      clears integer not null,
      primary key (tenant_id, account_id, removal_id)
    );
    comment on table state.removal is 'What commits deleted and cleared without anybody''s approval; counts for 24 hours';
    create index removal_at on state.removal (tenant_id, account_id, stream, at);

    create table state.conflict (
      tenant_id uuid not null,
      account_id uuid not null,
      conflict_id bigint generated always as identity,
      stream text not null,
      kind text not null,
      record_id bigint not null,
      item_id text not null,
      field text not null,
      winner text not null check (winner in ('ams', 'remote')),
      ams_value text,
      remote_value text,
      at timestamptz not null default clock_timestamp(),
      run_id uuid not null,
      primary key (tenant_id, account_id, conflict_id)
    );
    comment on table state.conflict is 'Values that lost where both sides had changed a field: customers'' data, kept for 90 days';
    create index conflict_at on state.conflict (tenant_id, account_id, at);
  `);
  await tenantTable(runner, "unlinked_item", [
    "select",
    "insert",
    "update",
    "delete",
  ]);
  await tenantTable(runner, "unlinked_key", ["select", "insert", "delete"]);
  await tenantTable(runner, "removal", ["select", "insert", "delete"]);
  await tenantTable(runner, "conflict", ["select", "insert", "delete"]);
};

const counters = (runner: QueryRunner): Promise<unknown> =>
  runner.query(`
    alter table state.stream_count add column intended bigint not null default 0,
      add column unlinked bigint not null default 0;

    create or replace function state.count_inbox() returns trigger language plpgsql as $$
    begin
      if tg_op <> 'INSERT' then
        update state.stream_count c set pending = c.pending - d.pending, set_aside = c.set_aside - d.set_aside,
          intended = c.intended - d.intended
        from (select tenant_id, account_id, stream, count(*) filter (where state = 'pending') as pending,
                count(*) filter (where state = 'set-aside') as set_aside,
                count(*) filter (where state = 'intended') as intended
              from old_rows group by 1, 2, 3) d
        where (c.tenant_id, c.account_id, c.kind) = (d.tenant_id, d.account_id, d.stream);
      end if;
      if tg_op <> 'DELETE' then
        update state.stream_count c set pending = c.pending + d.pending, set_aside = c.set_aside + d.set_aside,
          intended = c.intended + d.intended
        from (select tenant_id, account_id, stream, count(*) filter (where state = 'pending') as pending,
                count(*) filter (where state = 'set-aside') as set_aside,
                count(*) filter (where state = 'intended') as intended
              from new_rows group by 1, 2, 3) d
        where (c.tenant_id, c.account_id, c.kind) = (d.tenant_id, d.account_id, d.stream);
      end if;
      return null;
    end $$;

    create function state.count_unlinked() returns trigger language plpgsql as $$
    begin
      if tg_op = 'INSERT' then
        update state.stream_count c set unlinked = c.unlinked + d.items
        from (select tenant_id, account_id, stream, count(*) as items from new_rows group by 1, 2, 3) d
        where (c.tenant_id, c.account_id, c.kind) = (d.tenant_id, d.account_id, d.stream);
      else
        update state.stream_count c set unlinked = c.unlinked - d.items
        from (select tenant_id, account_id, stream, count(*) as items from old_rows group by 1, 2, 3) d
        where (c.tenant_id, c.account_id, c.kind) = (d.tenant_id, d.account_id, d.stream);
      end if;
      return null;
    end $$;
    create trigger count_insert after insert on state.unlinked_item
      referencing new table as new_rows for each statement execute function state.count_unlinked();
    create trigger count_delete after delete on state.unlinked_item
      referencing old table as old_rows for each statement execute function state.count_unlinked();
  `);
