import type { MigrationInterface, QueryRunner } from "typeorm";
import { tenantTable } from "./tenant-table.js";

/** What is still to be done for a stream, what was agreed, and how many of each. */
export class Inbox1700000002000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table state.inbox (
        tenant_id uuid not null,
        account_id uuid not null,
        stream text not null,
        entry_id bigint generated always as identity,
        side text not null check (side in ('ams', 'remote')),
        kind text,
        record_id bigint,
        item_id text,
        item_version text,
        gone boolean not null,
        position bigint not null,
        judged_at timestamptz not null,
        committed_at timestamptz not null,
        trace_parent text,
        state text not null default 'pending' check (state in ('pending', 'set-aside')),
        due_at timestamptz,
        attempts integer not null default 0,
        code text,
        message text,
        sent boolean not null default false,
        primary key (tenant_id, account_id, entry_id),
        check (case side
          when 'ams' then kind is not null and record_id is not null and item_id is null
          else kind is null and record_id is null and item_id is not null end),
        check ((state = 'set-aside') = (code is not null)),
        check (state = 'set-aside' or due_at is not null)
      -- a queue: rows come and go by the thousand, and dead ones lie where the oldest are looked for
      ) with (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 1000);
      comment on table state.inbox is 'Ids that either side announced and nobody has worked off yet';
      comment on column state.inbox.position is 'ams: of the feed row; remote: of the account. An entry is struck only at the position it was read at';
      comment on column state.inbox.judged_at is 'The moment age filters judge at; waiting never makes it later';
      comment on column state.inbox.due_at is 'Next attempt; null: not before the record changes';
      comment on column state.inbox.sent is 'A create was under way whose answer nobody saw';
      create unique index inbox_record on state.inbox (tenant_id, account_id, kind, record_id) where side = 'ams';
      create unique index inbox_item on state.inbox (tenant_id, account_id, stream, item_id) where side = 'remote';
      create index inbox_due on state.inbox (tenant_id, account_id, stream, state, due_at, entry_id);
      create index inbox_set_aside on state.inbox (tenant_id, account_id, entry_id) where state = 'set-aside';

      create table state.link (
        tenant_id uuid not null,
        account_id uuid not null,
        stream text not null,
        kind text not null,
        record_id bigint not null,
        item_id text not null,
        item_version text,
        hash text not null,
        fields json not null,
        origin text not null check (origin in ('created', 'imported', 'adopted')),
        agreed_at timestamptz not null default now(),
        primary key (tenant_id, account_id, kind, record_id)
      );
      comment on table state.link is 'A record and its item as they last agreed';
      comment on column state.link.item_version is 'Null: unknown, the item must be read';
      comment on column state.link.fields is 'The agreed form: a customer''s data';
      -- item_id first: with the account first, a planner without statistics takes this index for looking up records, too,
      -- and reads all of an account's links for each
      create unique index link_item on state.link (item_id, tenant_id, account_id, stream);

      create table state.stream_count (
        tenant_id uuid not null,
        account_id uuid not null,
        kind text not null,
        pending bigint not null default 0,
        set_aside bigint not null default 0,
        links bigint not null default 0,
        primary key (tenant_id, account_id, kind),
        foreign key (tenant_id, account_id, kind) references state.stream on delete cascade
      ) with (fillfactor = 50);
      comment on table state.stream_count is 'Sizes of inbox and links, kept by triggers: people look at them every second, and counting rows is slow';

      create function state.count_inbox() returns trigger language plpgsql as $$
      begin
        if tg_op <> 'INSERT' then
          update state.stream_count c set pending = c.pending - d.pending, set_aside = c.set_aside - d.set_aside
          from (select tenant_id, account_id, stream, count(*) filter (where state = 'pending') as pending,
                  count(*) filter (where state = 'set-aside') as set_aside
                from old_rows group by 1, 2, 3) d
          where (c.tenant_id, c.account_id, c.kind) = (d.tenant_id, d.account_id, d.stream);
        end if;
        if tg_op <> 'DELETE' then
          update state.stream_count c set pending = c.pending + d.pending, set_aside = c.set_aside + d.set_aside
          from (select tenant_id, account_id, stream, count(*) filter (where state = 'pending') as pending,
                  count(*) filter (where state = 'set-aside') as set_aside
                from new_rows group by 1, 2, 3) d
          where (c.tenant_id, c.account_id, c.kind) = (d.tenant_id, d.account_id, d.stream);
        end if;
        return null;
      end $$;
      create trigger count_insert after insert on state.inbox
        referencing new table as new_rows for each statement execute function state.count_inbox();
      create trigger count_update after update on state.inbox
        referencing old table as old_rows new table as new_rows for each statement execute function state.count_inbox();
      create trigger count_delete after delete on state.inbox
        referencing old table as old_rows for each statement execute function state.count_inbox();

      create function state.count_links() returns trigger language plpgsql as $$
      begin
        if tg_op = 'INSERT' then
          update state.stream_count c set links = c.links + d.links
          from (select tenant_id, account_id, stream, count(*) as links from new_rows group by 1, 2, 3) d
          where (c.tenant_id, c.account_id, c.kind) = (d.tenant_id, d.account_id, d.stream);
        else
          update state.stream_count c set links = c.links - d.links
          from (select tenant_id, account_id, stream, count(*) as links from old_rows group by 1, 2, 3) d
          where (c.tenant_id, c.account_id, c.kind) = (d.tenant_id, d.account_id, d.stream);
        end if;
        return null;
      end $$;
      create trigger count_insert after insert on state.link
        referencing new table as new_rows for each statement execute function state.count_links();
      create trigger count_delete after delete on state.link
        referencing old table as old_rows for each statement execute function state.count_links();
    `);
    await tenantTable(runner, "inbox", [
      "select",
      "insert",
      "update",
      "delete",
    ]);
    await tenantTable(runner, "link", ["select", "insert", "update", "delete"]);
    await tenantTable(runner, "stream_count", ["select", "insert", "update"]);
    await runner.query(`
      create policy observed on state.stream_count for select to ams_sync_schedule using (true);
      grant select on state.stream_count to ams_sync_schedule;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop table state.stream_count, state.link, state.inbox;
      drop function state.count_inbox(), state.count_links();
    `);
  }
}
