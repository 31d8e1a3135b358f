import type { MigrationInterface, QueryRunner } from "typeorm";
import { tenantTable } from "./tenant-table.js";

/** Who was written to of which account and why, so that nobody hears of the same twice a day. */
export class Mail1700000040000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- The owner cannot look at the rows; a default reaches those that are there.
      alter table state.account add column known_at timestamptz not null default now();
      comment on column state.account.known_at is 'Since when the account could have had a success';
      create index account_needs_login on state.account (tenant_id, account_id) where health = 'needs-login';
      create index stream_held on state.stream (tenant_id, account_id) where held_at is not null;

      create table state.mail_notice (
        tenant_id uuid not null,
        account_id uuid not null,
        cause text not null check (cause in ('needs-login', 'held', 'no-success')),
        recipient text not null,
        claim uuid not null,
        claimed_at timestamptz not null default clock_timestamp(),
        ended_at timestamptz,
        primary key (tenant_id, account_id, cause, recipient),
        foreign key (tenant_id, account_id) references state.account on delete cascade
      );
      comment on table state.mail_notice is 'Mails about accounts, the newest of each cause and recipient; no address';
      comment on column state.mail_notice.recipient is 'A user''s number in ams; empty: the brokerage''s own address';
      comment on column state.mail_notice.claimed_at is 'Stored before the mail goes out: after a crash nobody can say whether it did, and it is not sent again that day';
      comment on column state.mail_notice.ended_at is 'The mail server took it, or refused it for good';

      create table state.mail_round (
        tenant_id uuid not null,
        account_id uuid not null,
        cause text not null,
        told_at timestamptz not null default clock_timestamp(),
        primary key (tenant_id, account_id, cause),
        foreign key (tenant_id, account_id) references state.account on delete cascade
      );
      comment on table state.mail_round is 'When all who are to hear of it had been written to; until the next day nobody asks again';
    `);
    for (const table of ["mail_notice", "mail_round"])
      await tenantTable(runner, table, [
        "select",
        "insert",
        "update",
        "delete",
      ]);
    await runner.query(`
      create policy observed on state.mail_round for select to ams_sync_schedule using (true);
      grant select on state.mail_round to ams_sync_schedule;
      grant select (known_at) on state.account to ams_sync_schedule;
      create policy observed on state.stream for select to ams_sync_schedule using (true);
      grant select (tenant_id, account_id, active, held_at) on state.stream to ams_sync_schedule;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      revoke select (tenant_id, account_id, active, held_at) on state.stream from ams_sync_schedule;
      drop policy observed on state.stream;
      revoke select (known_at) on state.account from ams_sync_schedule;
      drop table state.mail_round, state.mail_notice;
      drop index state.stream_held, state.account_needs_login;
      alter table state.account drop column known_at;
    `);
  }
}
