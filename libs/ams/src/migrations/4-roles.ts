import type { MigrationInterface, QueryRunner } from "typeorm";
import { forwardOnly } from "./forward-only.js";

/** What capture may see and the publication carries: keys only, so no personal data leaves through the WAL stream. */
const capturedKeys = {
  tenant: "tenant_id",
  user_account: "tenant_id, user_id",
  user_right: "tenant_id, user_id, right_code",
  agent: "tenant_id, agent_id",
  agent_release: "tenant_id, user_id, agent_id",
  company: "tenant_id, company_id",
  customer: "tenant_id, customer_id",
  tag: "tenant_id, tag_id",
  customer_tag: "tenant_id, customer_id, tag_id",
  appointment: "tenant_id, appointment_id",
};

const customerFields = `first_name, last_name, name, street, country, postal_code, city, profession, phone_private,
  phone_business, fax, mobile, email, web_page, gender, birth_date`;
const appointmentFields = "date, reason, remark, starts_at_time, ends_at_time";

/**
 * Group roles without login; whoever runs the services makes login users as their members.
 * The connector role has no DELETE anywhere: nothing remote can delete in ams (R50–R52).
 */
export class AmsRoles1763800000004 implements MigrationInterface {
  readonly name = "AmsRoles1763800000004";

  async up(runner: QueryRunner): Promise<void> {
    for (const role of ["ams_sync_connector", "ams_sync_capture"]) {
      await runner.query(createRole(role));
      await runner.query(`grant usage on schema ams to ${role}`);
    }

    await runner.query(`
      grant select on
        ams.tenant, ams.department, ams.user_account, ams.user_right, ams.agent, ams.agent_release, ams.company,
        ams.customer, ams.tag, ams.customer_tag, ams.appointment
      to ams_sync_connector`);
    await runner.query(`
      grant insert (tenant_id, customer_number, kind, status, agent_id, ${customerFields}),
            update (${customerFields})
      on ams.customer to ams_sync_connector`);
    await runner.query(`
      grant insert (tenant_id, user_id, customer_id, ${appointmentFields}), update (${appointmentFields})
      on ams.appointment to ams_sync_connector`);

    const captured = Object.entries(capturedKeys);
    for (const [table, key] of captured) {
      await runner.query(`
        grant select (${key}) on ams.${table} to ams_sync_capture`);
      await runner.query(`
        create policy capture on ams.${table} for select to ams_sync_capture using (true)`);
    }
    const published = captured.map(([table, key]) => `ams.${table} (${key})`);
    await runner.query(`
      create publication ams_sync for table ${published.join(", ")}
      with (publish = 'insert, update, delete, truncate')`);
  }

  down(): Promise<void> {
    return forwardOnly();
  }
}

/** Roles belong to the cluster: another database's migration may have made it, or be making it right now. */
const createRole = (role: string) => `
  do $$ begin
    if not exists (select from pg_catalog.pg_roles where rolname = '${role}') then
      create role ${role} nologin;
    end if;
  exception when duplicate_object or unique_violation then null;
  end $$`;
