import type { MigrationInterface, QueryRunner } from "typeorm";
import { groupRole, HOSTING, tenantTable } from "./tenant-table.js";

/** The role of what a hoster does with a tenant by command, and which tenants were erased. */
export class Hosting1700000031000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await groupRole(runner, HOSTING);
    await runner.query(`
      grant usage on schema state to ${HOSTING};
      grant select, delete on state.tenant, state.feed, state.account, state.schedule, state.stream, state.container,
        state.run, state.inbox, state.link, state.stream_count, state.unlinked_item, state.unlinked_key,
        state.parted_item, state.removal, state.conflict to ${HOSTING};
      -- the counting triggers run as who deletes
      grant update (pending, set_aside, intended, links, unlinked) on state.stream_count to ${HOSTING};

      create table state.erased_tenant (
        tenant_id uuid primary key,
        at timestamptz not null default now()
      );
      comment on table state.erased_tenant is 'Tenants that were erased: what ams still sends of them is dropped, and no account is made known; an id and a time';
    `);
    await tenantTable(runner, "erased_tenant", ["select"]);
    await runner.query(`
      grant insert on state.erased_tenant to ${HOSTING};
      create policy not_erased on state.account as restrictive for insert to ams_sync_state
        with check (not exists (select from state.erased_tenant e where e.tenant_id = account.tenant_id));
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop policy not_erased on state.account;
      drop table state.erased_tenant;
      revoke all on all tables in schema state from ${HOSTING};
      revoke usage on schema state from ${HOSTING};
    `);
  }
}
