import type { MigrationInterface, QueryRunner } from "typeorm";

/** Accounts that are being disconnected: asked about at state until that has forgotten them. */
export class SettingsDepartures1763800000005 implements MigrationInterface {
  readonly name = "SettingsDepartures1763800000005";

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table settings.account add column leaving text check (leaving in ('remove', 'leave'));
      comment on column settings.account.leaving is 'It is being disconnected; what ams put there is removed or left';
      alter table settings.announcement add column next_at timestamptz not null default now(),
        add column noted_at timestamptz not null default now();
      comment on column settings.announcement.next_at is 'State is told then: what is being disconnected is told of again and again';
      alter table settings.audit_entry drop constraint audit_entry_action_check,
        add constraint audit_entry_action_check check (action in ('created', 'changed', 'disconnected', 'ended'));
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table settings.audit_entry drop constraint audit_entry_action_check,
        add constraint audit_entry_action_check check (action in ('created', 'changed')) not valid;
      alter table settings.announcement drop column noted_at, drop column next_at;
      alter table settings.account drop column leaving;
    `);
  }
}
