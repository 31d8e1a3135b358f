import { Injectable } from "@nestjs/common";
import type { Loss, StreamKind } from "@ams-sync/sync-core";
import { streamOf } from "@ams-sync/sync-core";
import type { EntityManager } from "typeorm";
import { Refusal } from "../refusal.js";
import type { RecordRef } from "../run/result.js";
import type { AccountKey } from "../wire/read.js";

export interface LostRow extends RecordRef {
  readonly itemId: string;
  readonly lost: Loss;
  readonly lostAt: Date;
}

/** Links whose items are missing (R50). */
@Injectable()
export class LostRepository {
  /** @param after the last record of the page before */
  async list(
    manager: EntityManager,
    { tenantId, accountId }: AccountKey,
    stream: StreamKind,
    limit: number,
    after: RecordRef | undefined,
  ): Promise<readonly LostRow[]> {
    return manager.query(
      `select kind, record_id as "recordId", item_id as "itemId", lost, lost_at as "lostAt" from state.link
       where tenant_id = $1 and account_id = $2 and stream = $3 and lost is not null
         and ($5::text is null or (kind, record_id) > ($5, $6::bigint))
       order by kind, record_id limit $4`,
      [
        ...[tenantId, accountId, stream, limit],
        after?.kind ?? null,
        after?.recordId ?? null,
      ],
    );
  }

  /**
   * Restored, the record is announced as if it had changed. A run that works on it right now strikes the entry at the
   * position it knows: this is at one that the feed never gives.
   * Needs the account's lock.
   * @throws Refusal unknown when the item is not missing, not-now when ams no longer has the record
   */
  async decide(
    manager: EntityManager,
    { tenantId, accountId }: AccountKey,
    { kind, recordId }: RecordRef,
    restore: boolean,
  ): Promise<void> {
    const record = [tenantId, accountId, kind, recordId];
    const lost: unknown[] = await manager.query(
      `with lost as (
         update state.link set lost = $5 where tenant_id = $1 and account_id = $2 and kind = $3 and record_id = $4
           and lost is not null returning 1)
       select 1 from lost`,
      [...record, restore ? "noticed" : "left"],
    );
    if (lost.length === 0)
      throw new Refusal("unknown", "No item of this record is missing.");
    if (!restore) {
      await manager.query(
        `update state.inbox set restore = false
         where tenant_id = $1 and account_id = $2 and side = 'ams' and kind = $3 and record_id = $4 and restore`,
        record,
      );
      return;
    }
    const announced: unknown[] = await manager.query(
      `with numbered as (
         update state.account set remote_position = remote_position + 1
         where tenant_id = $1 and account_id = $2 returning remote_position
       ), announced as (
         insert into state.inbox as i (tenant_id, account_id, stream, side, kind, record_id, gone, position, judged_at,
           committed_at, due_at, restore)
         select $1, $2, $5, 'ams', f.kind, f.record_id, false, (2::numeric ^ 62)::bigint + n.remote_position, now(),
           f.committed_at, now(), true
         from state.feed f cross join numbered n
         where f.tenant_id = $1 and f.kind = $3 and f.record_id = $4 and not f.deleted
         on conflict (tenant_id, account_id, kind, record_id) where side = 'ams' do update set
           gone = false, position = excluded.position, due_at = least(i.due_at, excluded.due_at), state = 'pending', attempts = 0,
           code = null, message = null, intent = null, approved = false, restore = true
         returning 1)
       select 1 from announced`,
      [...record, streamOf(kind)],
    );
    if (announced.length === 0)
      throw new Refusal("not-now", "ams no longer has this record.");
  }
}
