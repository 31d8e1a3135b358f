import type { MigrationInterface, QueryRunner } from "typeorm";

const TENANT = `tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid`;

/** Who changed what, and how often logins were tried. */
export class SettingsAuditAndTries1763800000002 implements MigrationInterface {
  readonly name = "SettingsAuditAndTries1763800000002";

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table settings.audit_entry (
        tenant_id uuid not null,
        entry_id bigint generated always as identity,
        at timestamptz not null default clock_timestamp(),
        by_user_id bigint,
        by_name text not null,
        account_id uuid not null,
        user_id bigint not null,
        action text not null check (action in ('created', 'changed')),
        changes jsonb not null,
        primary key (tenant_id, entry_id)
      );
      comment on table settings.audit_entry is 'Who changed which option from what to what; never a password';
      create index audit_entry_account on settings.audit_entry (tenant_id, account_id, entry_id);
      create index audit_entry_at on settings.audit_entry (tenant_id, at);
      alter table settings.audit_entry enable row level security;
      alter table settings.audit_entry force row level security;
      create policy tenant on settings.audit_entry using (${TENANT}) with check (${TENANT});
      grant select, insert, delete on settings.audit_entry to ams_sync_settings;

      create table settings.audited_tenant (
        tenant_id uuid primary key,
        oldest_at timestamptz not null
      );
      comment on table settings.audited_tenant is 'Where entries may have to expire: ids and times only';
      alter table settings.audited_tenant enable row level security;
      alter table settings.audited_tenant force row level security;
      create policy retention on settings.audited_tenant to ams_sync_settings using (true);
      grant select, insert, delete on settings.audited_tenant to ams_sync_settings;

      create table settings.login_try (
        key varchar(255) primary key,
        points integer not null default 0,
        expire bigint
      );
      comment on table settings.login_try is 'How often logins were tried lately, by hashes of who tried and which; columns as rate-limiter-flexible has them';
      alter table settings.login_try enable row level security;
      alter table settings.login_try force row level security;
      create policy tries on settings.login_try to ams_sync_settings using (true);
      grant select, insert, update, delete on settings.login_try to ams_sync_settings;

    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `drop table settings.login_try, settings.audited_tenant, settings.audit_entry`,
    );
  }
}
