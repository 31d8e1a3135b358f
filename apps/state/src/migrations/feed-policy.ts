import type { MigrationInterface, QueryRunner } from "typeorm";
import { OWN_TENANT } from "./tenant-table.js";

/**
 * The same rule as a subquery, which a statement asks once: PostgreSQL calls a bare current_setting for every row, and
 * for one that is written three times. That was a third of what storing a batch of changes took.
 */
const ASKED_ONCE =
  "tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)";

/** The feed is the table that is written by thousands of rows. */
export class FeedPolicy1700000021000 implements MigrationInterface {
  up(runner: QueryRunner): Promise<void> {
    return rule(runner, ASKED_ONCE);
  }

  down(runner: QueryRunner): Promise<void> {
    return rule(runner, OWN_TENANT);
  }
}

const rule = async (runner: QueryRunner, own: string): Promise<void> => {
  await runner.query(
    `alter policy own_tenant on state.feed using (${own}) with check (${own})`,
  );
};
