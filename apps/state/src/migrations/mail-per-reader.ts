import type { MigrationInterface, QueryRunner } from "typeorm";
import { tenantTable } from "./tenant-table.js";

/** Users hear of all their accounts with the same trouble in one mail, as administrators do. */
export class MailPerReader1700000071000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      set local lock_timeout = '15s';
      -- Forced row-level security hides the rows from their owner, too; whoever was told today is not told again.
      alter table state.mail_notice no force row level security;
      alter table state.mail_digest no force row level security;
      insert into state.mail_digest (tenant_id, cause, recipient, opened_at, claim, claimed_at, ended_at)
        select distinct on (tenant_id, cause, recipient) tenant_id, cause, recipient, claimed_at, claim, claimed_at, ended_at
        from state.mail_notice order by tenant_id, cause, recipient, claimed_at desc
      on conflict do nothing;
      alter table state.mail_digest force row level security;
      drop table state.mail_notice;
      comment on table state.mail_digest is 'Mails, the newest of each cause and reader; no address';
      comment on column state.mail_digest.claimed_at is
        'Stored before the mail goes out: after a crash nobody can say whether it did, and it is not sent again that day';
      comment on column state.mail_digest.ended_at is 'The mail server took it, or refused it for good';
    `);
  }

  /** Who was told today may be told once more. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
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
    `);
    await tenantTable(runner, "mail_notice", [
      "select",
      "insert",
      "update",
      "delete",
    ]);
  }
}
