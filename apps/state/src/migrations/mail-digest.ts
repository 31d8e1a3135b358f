import type { MigrationInterface, QueryRunner } from "typeorm";
import { tenantTable } from "./tenant-table.js";

/** Administrators hear of all accounts with the same trouble in one mail. */
export class MailDigest1700000061000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table state.mail_digest (
        tenant_id uuid not null,
        cause text not null check (cause in ('needs-login', 'held', 'no-success')),
        recipient text not null,
        opened_at timestamptz not null default clock_timestamp(),
        claim uuid,
        claimed_at timestamptz,
        ended_at timestamptz,
        primary key (tenant_id, cause, recipient)
      );
      comment on table state.mail_digest is 'Mails that gather accounts, the newest of each cause and recipient; no address';
      comment on column state.mail_digest.recipient is 'A user''s number in ams; empty: the brokerage''s own address';
      comment on column state.mail_digest.opened_at is 'Since when accounts are gathered; before claimed_at: none are, it is told';
      comment on column state.mail_digest.claimed_at is 'As of mail_notice: stored before the mail goes out';
    `);
    await tenantTable(runner, "mail_digest", [
      "select",
      "insert",
      "update",
      "delete",
    ]);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table state.mail_digest`);
  }
}
