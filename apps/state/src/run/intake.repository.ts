import { Injectable } from "@nestjs/common";
import type { RecordKind, StreamKind } from "@ams-sync/sync-core";
import { RECORD_KINDS, streamOf } from "@ams-sync/sync-core";
import type { EntityManager } from "typeorm";
import { Refusal } from "../refusal.js";
import type { AccountKey } from "../wire/read.js";
import type { RunKey } from "./lease.repository.js";
import { RemoteIntakeRepository } from "./remote-intake.repository.js";
import { RunRepository } from "./run.repository.js";

interface StreamRow {
  readonly feed_epoch: string | null;
  readonly feed_position: string | null;
  readonly full_told: string;
  readonly full_done: string;
  /** Null: no database is known yet that the tenant lives in. */
  readonly source: string | null;
  readonly epoch: string | null;
  readonly news: string;
  /** The account is being disconnected: its token moves, and nothing comes in. */
  readonly leaving: boolean;
  /** Somebody agreed to a preview when the feed went as far. */
  readonly previewed_to: string | null;
}
type KnownRow = StreamRow & Record<"source" | "epoch", string>;

interface Copy {
  readonly stream: StreamKind;
  readonly kinds: readonly RecordKind[];
  readonly full: boolean;
  readonly floor: string;
  readonly row: KnownRow;
}

/** Below every position. */
const START = "-1";

/** The ams side of intake. Needs the account's lock, so that inbox and links stand still meanwhile. */
@Injectable()
export class IntakeRepository {
  constructor(
    private readonly remote: RemoteIntakeRepository,
    private readonly runs: RunRepository,
  ) {}

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
    run: RunKey,
    stream: StreamKind,
    kinds: readonly RecordKind[],
  ): Promise<bigint> {
    const row = await this.read(manager, run, stream);
    if (isKnown(row)) return this.take(manager, run, stream, kinds, row);
    await this.runs.tookIn(manager, run);
    return 0n;
  }

  /**
   * The same where it takes no longer than any other step.
   * @returns whether it is done
   */
  async takeInFew(
    manager: EntityManager,
    run: RunKey,
    stream: StreamKind,
    kinds: readonly RecordKind[],
    most: number,
  ): Promise<boolean> {
    const row = await this.read(manager, run, stream, most + 1);
    if (!isKnown(row) || isFull(row) || Number(row.news) > most) return false;
    await this.take(manager, run, stream, kinds, row);
    return true;
  }

  private async take(
    manager: EntityManager,
    run: RunKey,
    stream: StreamKind,
    kinds: readonly RecordKind[],
    row: KnownRow,
  ): Promise<bigint> {
    const full = isFull(row);
    const floor = full ? START : (row.feed_position ?? START);
    const what = { stream, kinds, full, floor, row };
    const taken = await this.copy(manager, run, what);
    if (full && !row.leaving) await this.remote.lookAgain(manager, run, stream);
    return BigInt(taken);
  }

  /** @param countTo how far the changes since the stream's token are counted */
  private async read(
    manager: EntityManager,
    { tenantId, accountId }: AccountKey,
    stream: StreamKind,
    countTo = 0,
  ): Promise<StreamRow> {
    const rows: StreamRow[] = await manager.query(
      `select t.feed_epoch, t.feed_position, t.full_told, t.full_done, t.previewed_to, src.name as source, src.epoch,
         (select count(*) from (select from state.feed f where f.tenant_id = $1 and f.position > t.feed_position
           order by f.position limit $4) few) as news,
         (select a.leaving is not null from state.account a where a.tenant_id = $1 and a.account_id = $2) as leaving
       from state.stream t left join state.tenant te using (tenant_id)
         left join state.source src on src.name = te.source
       where t.tenant_id = $1 and t.account_id = $2 and t.kind = $3`,
      [tenantId, accountId, stream, countTo],
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
   *
   * A wish that came after the run began is still owed: `kinds` are from settings that the run read before it. An epoch
   * that began meanwhile makes this token void. What is new is due from after the run's beginning, in whose transaction it
   * may be: what was due before and is left untouched means that a run is stuck.
   */
  private async copy(
    manager: EntityManager,
    { tenantId, accountId, runId }: RunKey,
    { stream, kinds, full, floor, row }: Copy,
  ): Promise<string> {
    const rows: { count: string }[] = await manager.query(
      `with src as (
         select position from state.source where name = $9
       ), counted as (
         update state.run set intakes = intakes + 1 where tenant_id = $1 and account_id = $2 and run_id = $11
       ), moved as (
         update state.stream t set feed_epoch = $7, feed_position = src.position,
           full_done = case when $4 then $10::bigint else t.full_done end,
           full_at = case when $4 then statement_timestamp() else t.full_at end
         from src where t.tenant_id = $1 and t.account_id = $2 and t.kind = $3
           and ($4 or (t.feed_epoch, t.feed_position) is distinct from ($7::bigint, src.position))
       ), taken as (
         insert into state.inbox as i (tenant_id, account_id, stream, side, kind, record_id, gone, position,
           judged_at, committed_at, trace_parent, due_at, intent, approved, previewed)
         select f.tenant_id, $2, $3, 'ams', f.kind, f.record_id, f.deleted, f.position,
           case when $4 then now() else f.committed_at end, f.committed_at, f.trace_parent, statement_timestamp(),
           case when f.deleted and f.approved then 'delete' end, f.deleted and f.approved,
           coalesce(f.position > $12::bigint and f.position <= $13::bigint, false)
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
           approved = excluded.approved or (i.approved and i.position = excluded.position),
           previewed = i.previewed or excluded.previewed
         returning 1)
       select count(*) from taken`,
      [
        tenantId,
        accountId,
        stream,
        full,
        floor,
        RECORD_KINDS.filter(
          (kind) => !row.leaving && streamOf(kind) === stream,
        ),
        row.epoch,
        kinds,
        row.source,
        row.full_told,
        runId,
        row.feed_position,
        row.previewed_to,
      ],
    );
    return rows[0]?.count ?? "0";
  }
}

const isKnown = (row: StreamRow): row is KnownRow =>
  row.source !== null && row.epoch !== null;

const isFull = (row: StreamRow): boolean =>
  BigInt(row.full_told) > BigInt(row.full_done) || row.feed_epoch !== row.epoch;
