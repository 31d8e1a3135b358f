import type { MigrationInterface, QueryRunner } from "typeorm";
import { forwardOnly } from "./forward-only.js";

const tables = [
  "tenant",
  "department",
  "user_account",
  "user_right",
  "agent",
  "agent_release",
  "company",
  "customer",
  "tag",
  "customer_tag",
  "appointment",
];

/** One tenant's rows at a time, for the owner too; without a tenant there are none. */
export class AmsTenancy1763800000003 implements MigrationInterface {
  readonly name = "AmsTenancy1763800000003";

  async up(runner: QueryRunner): Promise<void> {
    for (const table of tables) {
      await runner.query(`
        alter table ams.${table} enable row level security`);
      await runner.query(`
        alter table ams.${table} force row level security`);
      // After `set local` the setting is '' and not null: nullif keeps that from being a malformed uuid.
      const own = `tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid`;
      await runner.query(`
        create policy tenant on ams.${table} using (${own}) with check (${own})`);
    }
  }

  down(): Promise<void> {
    return forwardOnly();
  }
}
