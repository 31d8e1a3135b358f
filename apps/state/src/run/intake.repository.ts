import { Injectable } from "@nestjs/common";
import type { RecordKind, StreamKind } from "@ams-sync/sync-core";
import { RECORD_KINDS, streamOf } from "@ams-sync/sync-core";
import type { EntityManager } from "typeorm";
import { Refusal } from "../refusal.js";
import type { AccountKey } from "../wire/read.js";
import { RemoteIntakeRepository } from "./remote-intake.repository.js";

interface StreamRow {
  readonly feed_epoch: string | null;
  readonly feed_position: string | null;
  readonly full_told: string;
  readonly full_done: string;
  /** Null: no database is known yet that the tenant lives in. */
  readonly source: string | null;
  readonly epoch: string | null;
}

/** Below every position. */
const START = "-1";

/** The ams side of intake. Needs the account's lock, so that inbox and links stand still meanwhile. */
@Injectable()
export class IntakeRepository {
  constructor(private readonly remote: RemoteIntakeRepository) {}

  /**
   * Announced ids since the stream's token go into the inbox, and the token moves.
   *
   * Nothing is skipped: positions are given under the source's row lock, which its writer holds until it has committed,
   * so a snapshot that shows the source at position p shows every row below p, too. The rows and p are read by one
   * statement, that is from one snapshot; therefore no lock on the source is needed here, and capture never waits.
   * @param kinds those that the settings send; of the others only what has a link or an entry enters
   * @returns how many ids were taken in
   */
  async takeIn(
    manager: EntityManager,
    account: AccountKey,
    stream: StreamKind,
    kinds: readonly RecordKind[],
  ): Promise<bigint> {
    const row = await this.read(manager, account, stream);
    if (row.source === null || row.epoch === null) return 0n;
    const full =
      BigInt(row.full_told) > BigInt(row.full_done) ||
      row.feed_epoch !== row.epoch;
    const floor = full ? START : (row.feed_position ?? START);
    const taken = await this.copy(manager, account, {
      stream,
      kinds,
      full,
      floor,
      source: row.source,
      epoch: row.epoch,
    });
    // A wish that came after the run began is still owed: `kinds` are from settings that the run read before it. An
    // epoch that began meanwhile makes this token void.
    await manager.query(
      `update state.stream set feed_epoch = $4, feed_position = $5, full_done = $6,
         full_at = case when $7 then statement_timestamp() else full_at end
       where tenant_id = $1 and account_id = $2 and kind = $3
         and (feed_epoch, feed_position, full_done) is distinct from ($4::bigint, $5::bigint, $6::bigint)`,
      [
        account.tenantId,
        account.accountId,
        stream,
        row.epoch,
        taken.position,
        full ? row.full_told : row.full_done,
        full,
      ],
    );
    if (full) await this.remote.lookAgain(manager, account, stream);
    return BigInt(taken.count);
  }

  private async read(
    manager: EntityManager,
    { tenantId, accountId }: AccountKey,
    stream: StreamKind,
  ): Promise<StreamRow> {
    const rows: StreamRow[] = await manager.query(
      `select t.feed_epoch, t.feed_position, t.full_told, t.full_done, src.name as source, src.epoch
       from state.stream t left join state.tenant te using (tenant_id)
         left join state.source src on src.name = te.source
       where t.tenant_id = $1 and t.account_id = $2 and t.kind = $3`,
      [tenantId, accountId, stream],
    );
    const [row] = rows;
    if (row === undefined)
      throw new Refusal("unknown", `The account has no stream of ${stream}.`);
    return row;
  }

  /**
   * An entry that has changed loses what was intended and approved; in a full intake it is planned anew, but an approval
   * still stands. A tombstone that an operator has agreed to comes approved: nobody is asked twice about one deletion.
   *
   * A full intake judges age now and takes what the epoch's snapshot has confirmed; rows that it has not (yet), held
   * ones among them, come with a later position or never. A tombstone of what was never sent has nothing to delete.
   * "offset 0" keeps the planner at the index of positions: by kind it would read the whole feed for each small change.
   */
  private async copy(
    manager: EntityManager,
    { tenantId, accountId }: AccountKey,
    what: {
      readonly stream: StreamKind;
      readonly kinds: readonly RecordKind[];
      readonly full: boolean;
      readonly floor: string;
      readonly source: string;
      readonly epoch: string;
    },
  ): Promise<{ readonly count: string; readonly position: string }> {
    const rows: { count: string; position: string }[] = await manager.query(
      `with taken as (
         insert into state.inbox as i (tenant_id, account_id, stream, side, kind, record_id, gone, position,
           judged_at, committed_at, trace_parent, due_at, intent, approved)
         select f.tenant_id, $2, $3, 'ams', f.kind, f.record_id, f.deleted, f.position,
           case when $4 then now() else f.committed_at end, f.committed_at, f.trace_parent, now(),
           case when f.deleted and f.approved then 'delete' end, f.deleted and f.approved
         from (select * from state.feed where tenant_id = $1 and position > $5 order by position offset 0) f
         where f.kind = any($6)
           and (f.deleted or f.epoch = $7)
           and ((not f.deleted and f.kind = any($8))
             or exists (select from state.link l where l.tenant_id = $1 and l.account_id = $2
               and l.kind = f.kind and l.record_id = f.record_id)
             or exists (select from state.inbox e where e.tenant_id = $1 and e.account_id = $2
               and e.side = 'ams' and e.kind = f.kind and e.record_id = f.record_id))
         on conflict (tenant_id, account_id, kind, record_id) where side = 'ams' do update set
           gone = excluded.gone, position = excluded.position,
           judged_at = least(i.judged_at, excluded.judged_at), committed_at = excluded.committed_at,
           trace_parent = excluded.trace_parent, due_at = least(i.due_at, excluded.due_at),
           state = 'pending', attempts = 0, code = null, message = null,
           intent = coalesce(excluded.intent, case when i.position = excluded.position then i.intent end),
           approved = excluded.approved or (i.approved and i.position = excluded.position)
         returning 1)
       select (select count(*) from taken) as count,
         (select position from state.source where name = $9) as position`,
      [
        tenantId,
        accountId,
        what.stream,
        what.full,
        what.floor,
        RECORD_KINDS.filter((kind) => streamOf(kind) === what.stream),
        what.epoch,
        what.kinds,
        what.source,
      ],
    );
    const [row] = rows;
    if (row === undefined) throw new Error("intake gave no answer");
    return row;
  }
}
