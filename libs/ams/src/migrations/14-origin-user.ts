import type { MigrationInterface, QueryRunner } from "typeorm";
import { forwardOnly } from "./forward-only.js";

/**
 * Whose account the item was in. Who connects a system once more has a new account there, and the same items. Null where
 * nobody knows: customers of an account that made no appointment before this column. `folded`: written by a release that
 * took UIDs in lower case, as each does that does not name the column.
 */
export class AmsOriginUser1763800000014 implements MigrationInterface {
  readonly name = "AmsOriginUser1763800000014";

  async up(runner: QueryRunner): Promise<void> {
    await runner.query("set local lock_timeout = '15s'");
    await runner.query(`
      alter table ams.sync_origin add column user_id bigint, add column folded boolean not null default true`);
    // Forced row-level security hides every tenant's rows from their owner, too.
    const tables = ["sync_origin", "appointment"];
    for (const table of tables)
      await runner.query(
        `alter table ams.${table} no force row level security`,
      );
    await runner.query(`
      update ams.sync_origin o set user_id = a.user_id from ams.appointment a
      where o.kind = 'appointment' and a.tenant_id = o.tenant_id and a.appointment_id = o.record_id`);
    // An account is one user's; where its appointments are of several, some were handed on in ams.
    await runner.query(`
      update ams.sync_origin o set user_id = w.user_id from (
        select tenant_id, account_id, min(user_id) as user_id from ams.sync_origin
        group by 1, 2 having min(user_id) = max(user_id)) w
      where o.user_id is null and w.tenant_id = o.tenant_id and w.account_id = o.account_id`);
    for (const table of tables)
      await runner.query(`alter table ams.${table} force row level security`);
    await runner.query(`
      create index sync_origin_item on ams.sync_origin (tenant_id, stream, remote_uid)`);
    await runner.query(`
      grant insert (user_id, folded) on ams.sync_origin to ams_sync_connector`);
  }

  down(): Promise<void> {
    return forwardOnly();
  }
}
