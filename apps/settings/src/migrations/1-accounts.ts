import type { MigrationInterface, QueryRunner } from "typeorm";

/**
 * Every table carries its tenant and is closed by forced row-level security; the
 * runtime role owns nothing.
 */
export class SettingsAccounts1763800000001 implements MigrationInterface {
  readonly name = "SettingsAccounts1763800000001";

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      do $$ begin
        if not exists (select from pg_roles where rolname = 'ams_sync_settings') then
          create role ams_sync_settings nologin;
        end if;
      exception when duplicate_object or unique_violation then null;
      end $$;

      create table settings.account (
        tenant_id uuid not null,
        account_id uuid not null,
        user_id bigint not null,
        system text not null check (system in ('cloud', 'outlook', 'tobit', 'google')),
        server_url text not null,
        username text not null,
        policy text not null check (policy in ('ams-wins', 'remote-wins')),
        contacts jsonb,
        appointments jsonb,
        version bigint not null,
        primary key (tenant_id, account_id)
      );
      comment on table settings.account is 'One user''s login at one system and what is sent there; contacts or appointments null: off';

      -- R06-R08: one target per kind and user
      create unique index account_contacts_target on settings.account (tenant_id, user_id) where contacts is not null;
      create unique index account_appointments_target on settings.account (tenant_id, user_id) where appointments is not null;

      create table settings.tenant_key (
        tenant_id uuid primary key,
        wrapped text not null
      );
      comment on table settings.tenant_key is 'Data key of the tenant, wrapped by the master key; without this row its credentials are shredded';

      create table settings.credential (
        tenant_id uuid not null references settings.tenant_key,
        account_id uuid not null,
        sealed text not null,
        primary key (tenant_id, account_id),
        foreign key (tenant_id, account_id) references settings.account on delete cascade
      );

      create table settings.announcement (
        tenant_id uuid not null,
        account_id uuid not null,
        version bigint not null,
        credential_changed boolean not null,
        moved_streams text[] not null check (moved_streams <@ array['contacts', 'appointments']),
        primary key (tenant_id, account_id)
      );
      comment on table settings.announcement is 'Versions that state has not heard of yet, with what changed since the one that it has: ids and kinds only';
    `);
    for (const table of ["account", "tenant_key", "credential"]) {
      await runner.query(`
        alter table settings.${table} enable row level security;
        alter table settings.${table} force row level security;
        create policy tenant on settings.${table}
          using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid);
        grant select, insert, update, delete on settings.${table} to ams_sync_settings;
      `);
    }
    // The announcer serves all tenants and sees ids only.
    await runner.query(`
      alter table settings.announcement enable row level security;
      alter table settings.announcement force row level security;
      create policy announcer on settings.announcement to ams_sync_settings using (true);
      grant select, insert, update, delete on settings.announcement to ams_sync_settings;
      grant usage on schema settings to ams_sync_settings;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `drop table settings.announcement, settings.credential, settings.tenant_key, settings.account`,
    );
  }
}
