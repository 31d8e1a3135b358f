import { Injectable } from "@nestjs/common";
import type { StreamKind } from "@ams-sync/sync-core";
import type { EntityManager } from "typeorm";
import type { AccountKey } from "../wire/read.js";

/** Needs the locks of both accounts. */
@Injectable()
export class FormerPlaceRepository {
  /**
   * The stream's container, what is linked with what is in it, and creates there whose answer nobody saw. What is called off
   * there is there still; after a reset nobody can tell it from what is lost. Links that an older move had made mere hints, and that were not found again since, belong to a
   * place before: they are left there.
   */
  async handOver(
    manager: EntityManager,
    from: AccountKey,
    to: AccountKey,
    stream: StreamKind,
  ): Promise<void> {
    const key = [from.tenantId, from.accountId, to.accountId, stream];
    const bound: unknown[] = await manager.query(
      `insert into state.stream (tenant_id, account_id, kind, active, container, bound_at, remote_due_at, poll_ms, listed)
       select tenant_id, $3, kind, true, container, bound_at, 'infinity', poll_ms, true from state.stream
       where tenant_id = $1 and account_id = $2 and kind = $4 and container is not null returning 1`,
      key,
    );
    if (bound.length === 0) return;
    await manager.query(
      `insert into state.stream_count (tenant_id, account_id, kind) values ($1, $2, $3)`,
      [from.tenantId, to.accountId, stream],
    );
    await manager.query(
      `update state.container set account_id = $3 where tenant_id = $1 and account_id = $2 and kind = $4`,
      key,
    );
    await manager.query(
      `insert into state.link (tenant_id, account_id, stream, kind, record_id, item_id, item_version, hash, fields, origin,
         agreed_at, linked_at)
       select tenant_id, $3, stream, kind, record_id, item_id, item_version, hash, fields, origin, agreed_at, linked_at
       from state.link where tenant_id = $1 and account_id = $2 and stream = $4 and not elsewhere
         and (lost is null or lost_version is not null or hash = '')`,
      key,
    );
    await manager.query(
      `insert into state.inbox (tenant_id, account_id, stream, side, kind, record_id, gone, position, judged_at,
         committed_at, due_at, sent, sent_at, sent_fields)
       select tenant_id, $3, stream, side, kind, record_id, gone, position, judged_at, committed_at, now(), sent, sent_at,
         sent_fields
       from state.inbox where tenant_id = $1 and account_id = $2 and stream = $4 and side = 'ams' and sent`,
      key,
    );
  }

  /** What a run of `from` had begun is over when its lease is: until then nobody begins for `to`. */
  async waitFor(
    manager: EntityManager,
    from: AccountKey,
    to: AccountKey,
  ): Promise<void> {
    await manager.query(
      `with held as (
         update state.account t set run_id = gen_random_uuid(), lease_until = f.lease_until from state.account f
         where t.tenant_id = $1 and t.account_id = $3 and f.tenant_id = $1 and f.account_id = $2
           and f.lease_until > clock_timestamp() returning t.lease_until)
       update state.schedule s set due_at = held.lease_until from held
       where s.tenant_id = $1 and s.account_id = $3`,
      [from.tenantId, from.accountId, to.accountId],
    );
  }
}
