import { Injectable } from "@nestjs/common";
import type { RecordKind, StreamKind } from "@ams-sync/sync-core";
import { streamOf } from "@ams-sync/sync-core";
import type { EntityManager } from "typeorm";
import { Refusal } from "../refusal.js";
import type { AccountKey } from "../wire/read.js";

export interface ConflictRow {
  readonly conflictId: string;
  readonly stream: StreamKind;
  readonly kind: RecordKind;
  readonly recordId: string;
  readonly itemId: string;
  readonly field: string;
  readonly winner: "ams" | "remote";
  readonly ams: string | null;
  readonly remote: string | null;
  readonly at: Date;
  readonly runId: string;
}

/** Values that lost. Customers' data: never logged. */
@Injectable()
export class ConflictRepository {
  /** Newest first. @param after the last one of the page before; 0: the first page */
  async list(
    manager: EntityManager,
    { tenantId, accountId }: AccountKey,
    limit: number,
    after: bigint,
  ): Promise<readonly ConflictRow[]> {
    return manager.query(
      `select conflict_id as "conflictId", stream, kind, record_id as "recordId", item_id as "itemId", field, winner,
         ams_value as ams, remote_value as remote, at, run_id as "runId"
       from state.conflict where tenant_id = $1 and account_id = $2 and ($4::bigint = 0 or conflict_id < $4)
       order by conflict_id desc limit $3`,
      [tenantId, accountId, limit, after.toString()],
    );
  }

  /**
   * The value that lost is wanted on both sides: the record is announced with it, as if it had changed, at a position that
   * the feed never gives. What was changed since is newer than the wish. Needs the account's lock.
   * @throws Refusal unknown when there is no such conflict (any more), not-now when the two agree on another value by now
   */
  async takeBack(
    manager: EntityManager,
    { tenantId, accountId }: AccountKey,
    conflictId: bigint,
  ): Promise<void> {
    const rows: {
      kind: RecordKind;
      recordId: string;
      field: string;
      kept: string | null;
      lost: string | null;
      stands: boolean;
    }[] = await manager.query(
      `select c.kind, c.record_id as "recordId", c.field, v.kept, v.lost,
         coalesce(l.hash <> '' and l.lost is null and l.fields ->> c.field is not distinct from v.kept, false) as stands
       from state.conflict c
         cross join lateral (select
           case c.winner when 'ams' then c.ams_value else c.remote_value end as kept,
           case c.winner when 'ams' then c.remote_value else c.ams_value end as lost) v
         left join state.link l on l.tenant_id = $1 and l.account_id = $2 and l.kind = c.kind
           and l.record_id = c.record_id
       where c.tenant_id = $1 and c.account_id = $2 and c.conflict_id = $3`,
      [tenantId, accountId, conflictId.toString()],
    );
    const [found] = rows;
    if (found === undefined)
      throw new Refusal("unknown", "There is no such conflict.");
    const { kind, recordId, field, kept, lost } = found;
    const announced: unknown[] = found.stands
      ? await manager.query(
          `with numbered as (
             update state.account set remote_position = remote_position + 1
             where tenant_id = $1 and account_id = $2 returning remote_position
           ), announced as (
             insert into state.inbox as i (tenant_id, account_id, stream, side, kind, record_id, gone, position, judged_at,
               committed_at, due_at, take_back)
             select $1, $2, $5, 'ams', f.kind, f.record_id, false, (2::numeric ^ 62)::bigint + n.remote_position, now(),
               f.committed_at, now(), $6::jsonb
             from state.feed f cross join numbered n
             where f.tenant_id = $1 and f.kind = $3 and f.record_id = $4 and not f.deleted
             on conflict (tenant_id, account_id, kind, record_id) where side = 'ams' do update set
               gone = false, position = excluded.position, due_at = least(i.due_at, excluded.due_at), state = 'pending', attempts = 0,
               code = null, message = null, intent = null, approved = false,
               take_back = coalesce(i.take_back, '{}') || excluded.take_back
             returning 1)
           select 1 from announced`,
          [
            ...[tenantId, accountId, kind, recordId, streamOf(kind)],
            JSON.stringify({ [field]: { kept, lost } }),
          ],
        )
      : [];
    if (announced.length === 0)
      throw new Refusal("not-now", "It was changed again since.");
  }
}
