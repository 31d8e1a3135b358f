import type { MigrationInterface, QueryRunner } from "typeorm";

const TENANT = `tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid`;

/** Roles of what a hoster does by command, and which tenants were erased. */
export class SettingsHosting1763800000004 implements MigrationInterface {
  readonly name = "SettingsHosting1763800000004";

  async up(runner: QueryRunner): Promise<void> {
    for (const role of ["ams_sync_keys", "ams_sync_tenants"])
      await runner.query(`
        do $$ begin
          if not exists (select from pg_roles where rolname = '${role}') then
            create role ${role} nologin nosuperuser nobypassrls;
          end if;
        exception when duplicate_object or unique_violation then null;
        end $$;
        grant usage on schema settings to ${role};
      `);
    await runner.query(KEYS);
    await runner.query(TENANTS);
    await runner.query(ERASED);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop policy not_erased on settings.account;
      drop table settings.erased_tenant;
      drop policy hosting on settings.announcement;
      drop policy hosting on settings.audited_tenant;
      drop policy rotation on settings.tenant_key;
      drop policy rotation on settings.credential;
      revoke all on all tables in schema settings from ams_sync_keys, ams_sync_tenants;
      revoke usage on schema settings from ams_sync_keys, ams_sync_tenants;
    `);
  }
}

/** Every tenant's sealed logins and wrapped keys, which open nothing without the master key; not whose they are. */
const KEYS = `
  create policy rotation on settings.tenant_key to ams_sync_keys using (true);
  create policy rotation on settings.credential to ams_sync_keys using (true);
  grant select, update (wrapped) on settings.tenant_key to ams_sync_keys;
  grant select, update (sealed) on settings.credential to ams_sync_keys;
`;

/** One tenant at a time: reads and deletes all that it has, but for what is sealed; and tells of a shredded key. */
const TENANTS = `
  grant select, delete on settings.account, settings.announcement, settings.audit_entry, settings.audited_tenant
    to ams_sync_tenants;
  grant select (tenant_id), delete on settings.tenant_key to ams_sync_tenants;
  grant select (tenant_id, account_id), delete on settings.credential to ams_sync_tenants;
  grant update (version) on settings.account to ams_sync_tenants;
  grant insert, update on settings.announcement, settings.audited_tenant to ams_sync_tenants;
  grant insert on settings.audit_entry to ams_sync_tenants;
  create policy hosting on settings.announcement to ams_sync_tenants using (${TENANT});
  create policy hosting on settings.audited_tenant to ams_sync_tenants using (${TENANT});
`;

const ERASED = `
  create table settings.erased_tenant (
    tenant_id uuid primary key,
    at timestamptz not null default now()
  );
  comment on table settings.erased_tenant is 'Tenants that were erased, of whom no account is taken any more: an id and a time';
  alter table settings.erased_tenant enable row level security;
  alter table settings.erased_tenant force row level security;
  create policy tenant on settings.erased_tenant using (${TENANT}) with check (${TENANT});
  grant select on settings.erased_tenant to ams_sync_settings;
  grant select, insert, delete on settings.erased_tenant to ams_sync_tenants;
  create policy not_erased on settings.account as restrictive for insert to ams_sync_settings
    with check (not exists (select from settings.erased_tenant e where e.tenant_id = account.tenant_id));
`;
