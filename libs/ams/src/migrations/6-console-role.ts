import type { MigrationInterface, QueryRunner } from "typeorm";
import { forwardOnly } from "./forward-only.js";

/** Who somebody is, what they may, and what they choose from: read, one tenant at a time, and nothing written. */
export class AmsConsoleRole1763800000006 implements MigrationInterface {
  readonly name = "AmsConsoleRole1763800000006";

  async up(runner: QueryRunner): Promise<void> {
    // Roles belong to the cluster: another database's migration may have made it, or be making it right now.
    await runner.query(`
      do $$ begin
        if not exists (select from pg_catalog.pg_roles where rolname = 'ams_sync_console') then
          create role ams_sync_console nologin;
        end if;
      exception when duplicate_object or unique_violation then null;
      end $$`);
    await runner.query(`grant usage on schema ams to ams_sync_console`);
    await runner.query(`
      grant select on
        ams.tenant, ams.department, ams.user_account, ams.user_right, ams.agent_release, ams.tag, ams.customer_tag
      to ams_sync_console`);
    await runner.query(`
      grant select (tenant_id, agent_id, name) on ams.agent to ams_sync_console`);
  }

  down(): Promise<void> {
    return forwardOnly();
  }
}
