import type { MigrationInterface, QueryRunner } from "typeorm";
import { tenantTable } from "./tenant-table.js";

/** Accounts that are being disconnected, those that were, and since when a record is linked. */
export class Departures1700000047000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table state.account add column leaving text check (leaving in ('remove', 'leave'));
      comment on column state.account.leaving is 'It is being disconnected. remove: runs take out what was created there; leave: it ends as soon as nobody can write for it';
      -- all that hangs on it goes with it, or before it
      grant delete on state.account to ams_sync_state;

      create table state.ended_account (
        tenant_id uuid not null,
        account_id uuid not null,
        at timestamptz not null default now(),
        primary key (tenant_id, account_id)
      );
      comment on table state.ended_account is 'Accounts that were disconnected: old news of one must not make it known again; ids and a time';

      alter table state.link add column linked_at timestamptz;
      alter table state.link alter column linked_at set default now();
      comment on column state.link.linked_at is 'Since when the record is linked; null: before this was noted';

      -- a record asks which items may be it: few do, among many that are left
      create index unlinked_question on state.unlinked_item (tenant_id, account_id, stream, item_id) where reason = 'ambiguous';
    `);
    await tenantTable(runner, "ended_account", ["select", "insert"]);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop index state.unlinked_question;
      alter table state.link drop column linked_at;
      drop table state.ended_account;
      revoke delete on state.account from ams_sync_state;
      alter table state.account drop column leaving;
    `);
  }
}
