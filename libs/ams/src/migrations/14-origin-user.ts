import type { MigrationInterface, QueryRunner } from "typeorm";
import { forwardOnly } from "./forward-only.js";

/**
 * Whose account the item was in. Who connects a system once more has a new account there, and the same items. Null where
 * nobody knows: customers that were made before this column.
 */
export class AmsOriginUser1763800000014 implements MigrationInterface {
  readonly name = "AmsOriginUser1763800000014";

  async up(runner: QueryRunner): Promise<void> {
    await runner.query("set local lock_timeout = '15s'");
    await runner.query(`alter table ams.sync_origin add column user_id bigint`);
    await runner.query(`
      update ams.sync_origin o set user_id = a.user_id from ams.appointment a
      where o.kind = 'appointment' and a.tenant_id = o.tenant_id and a.appointment_id = o.record_id`);
    await runner.query(`
      create index sync_origin_item on ams.sync_origin (tenant_id, stream, remote_uid)`);
    await runner.query(`
      grant insert (user_id) on ams.sync_origin to ams_sync_connector`);
  }

  down(): Promise<void> {
    return forwardOnly();
  }
}
