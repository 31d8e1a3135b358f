import { Injectable } from "@nestjs/common";
import type { RecordKind, StreamKind } from "@ams-sync/sync-core";
import { streamOf, togetherWith } from "@ams-sync/sync-core";
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
  /** What became of the wish to have it back; null: nobody has it. */
  readonly takenBack: TakenBack | null;
}

/** `overtaken`: the record, its item or what is sent of them had changed before a run came to it. */
export type TakenBack = "waiting" | "done" | "overtaken";

interface Wanted {
  readonly conflictId: string;
  readonly kind: RecordKind;
  readonly recordId: string;
  readonly field: string;
  readonly kept: string | null;
  readonly lost: string | null;
  readonly stands: boolean;
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
         ams_value as ams, remote_value as remote, at, run_id as "runId",
         taken_back as "takenBack"
       from state.conflict where tenant_id = $1 and account_id = $2 and ($4::bigint = 0 or conflict_id < $4)
       order by conflict_id desc limit $3`,
      [tenantId, accountId, limit, after.toString()],
    );
  }

  /** undefined: there is none. */
  async find(
    manager: EntityManager,
    { tenantId, accountId }: AccountKey,
    conflictId: bigint,
  ): Promise<Pick<ConflictRow, "kind" | "recordId" | "field"> | undefined> {
    const rows: Pick<ConflictRow, "kind" | "recordId" | "field">[] =
      await manager.query(
        `select kind, record_id as "recordId", field from state.conflict
         where tenant_id = $1 and account_id = $2 and conflict_id = $3`,
        [tenantId, accountId, conflictId.toString()],
      );
    return rows[0];
  }

  /**
   * The value that lost is wanted on both sides, with what gave way to the same side of the same address, or time: the
   * record is announced with it, as if it had changed, at a position that the feed never gives. What was changed since is
   * newer than the wish. Needs the account's lock.
   * @throws Refusal unknown when there is no such conflict (any more), not-now when the two agree on another value by now
   */
  async takeBack(
    manager: EntityManager,
    account: AccountKey,
    conflictId: bigint,
  ): Promise<void> {
    const wanted = await this.wanted(manager, account, conflictId);
    if (wanted.length === 0)
      throw new Refusal("unknown", "There is no such conflict.");
    const announced =
      wanted.every(({ stands }) => stands) &&
      (await this.announce(manager, account, wanted));
    if (!announced) throw new Refusal("not-now", "It was changed again since.");
    await manager.query(
      `update state.conflict set taken_back = 'waiting'
       where tenant_id = $1 and account_id = $2 and conflict_id = any($3::bigint[])`,
      [
        ...[account.tenantId, account.accountId],
        wanted.map((one) => one.conflictId),
      ],
    );
  }

  /**
   * One run may tell of several values of a field, where its write was refused as the item changed once more: of the chosen
   * field the chosen one, of those beside it what was told with it, or nearest to it. A value from another telling makes an
   * address that neither side ever had.
   */
  private async wanted(
    manager: EntityManager,
    { tenantId, accountId }: AccountKey,
    conflictId: bigint,
  ): Promise<readonly Wanted[]> {
    const [chosen]: { field: string }[] = await manager.query(
      `select field from state.conflict where tenant_id = $1 and account_id = $2 and conflict_id = $3`,
      [tenantId, accountId, conflictId.toString()],
    );
    if (chosen === undefined) return [];
    return manager.query(
      `select distinct on (c.field) c.conflict_id as "conflictId", c.kind, c.record_id as "recordId", c.field, v.kept, v.lost,
         coalesce(l.hash <> '' and l.lost is null and l.fields ->> c.field is not distinct from v.kept, false) as stands
       from state.conflict one
         join state.conflict c on c.tenant_id = $1 and c.account_id = $2 and c.kind = one.kind
           and c.record_id = one.record_id and c.item_id = one.item_id and c.run_id = one.run_id
           and c.winner = one.winner and c.field = any($4) and (c.field <> one.field or c.conflict_id = one.conflict_id)
         cross join lateral (select
           case c.winner when 'ams' then c.ams_value else c.remote_value end as kept,
           case c.winner when 'ams' then c.remote_value else c.ams_value end as lost) v
         left join state.link l on l.tenant_id = $1 and l.account_id = $2 and l.kind = c.kind
           and l.record_id = c.record_id
       where one.tenant_id = $1 and one.account_id = $2 and one.conflict_id = $3
       order by c.field, abs(extract(epoch from c.at - one.at)), c.conflict_id desc`,
      [tenantId, accountId, conflictId.toString(), togetherWith(chosen.field)],
    );
  }

  private async announce(
    manager: EntityManager,
    { tenantId, accountId }: AccountKey,
    wanted: readonly Wanted[],
  ): Promise<boolean> {
    const [one] = wanted;
    if (one === undefined) return false;
    const { kind, recordId } = one;
    const values = wanted.map(({ field, kept, lost }) => [
      field,
      { kept, lost },
    ]);
    const announced: unknown[] = await manager.query(
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
        JSON.stringify(Object.fromEntries(values)),
      ],
    );
    return announced.length > 0;
  }
}
