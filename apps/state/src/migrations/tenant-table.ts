import type { QueryRunner } from "typeorm";

type Right = "select" | "insert" | "update" | "delete";

/** What a tenant's row is recognised by; an unset tenant is null and matches nothing. */
export const OWN_TENANT =
  "tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid";

/** Exports and erases tenants: reads and deletes in every table with a tenant. */
export const HOSTING = "ams_sync_tenants";

/** Closes a table to all but its tenant, its owner included, and opens it to the runtime role, and to the hoster's. */
export async function tenantTable(
  runner: QueryRunner,
  table: string,
  rights: readonly Right[],
): Promise<void> {
  await runner.query(`
    alter table state.${table} enable row level security;
    alter table state.${table} force row level security;
    create policy own_tenant on state.${table} using (${OWN_TENANT}) with check (${OWN_TENANT});
    grant ${rights.join(", ")} on state.${table} to ams_sync_state;
    -- tables that are older than that role get their grants where it is made
    do $$ begin
      if exists (select from pg_roles where rolname = '${HOSTING}') then
        grant select, delete on state.${table} to ${HOSTING};
      end if;
    end $$;
  `);
}

/** Roles belong to the whole cluster: another database of it may have made them, or makes them right now. */
export async function groupRole(
  runner: QueryRunner,
  role: string,
): Promise<void> {
  await runner.query(`
    do $$ begin
      if not exists (select from pg_roles where rolname = '${role}') then
        create role ${role} nologin nosuperuser nobypassrls;
      end if;
    exception when duplicate_object or unique_violation then null;
    end $$;
  `);
}
