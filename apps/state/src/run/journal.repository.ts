import { Injectable } from "@nestjs/common";
import type { StreamKind } from "@ams-sync/sync-core";
import type { EntityManager } from "typeorm";
import type { AccountKey } from "../wire/read.js";
import type { RunKey } from "./lease.repository.js";
import { TrialRepository } from "./trial.repository.js";
import type { Writes } from "./writes.js";

/**
 * What is seldom remembered: losses, intents, items without a record, conflicts, removals, what is only tried. Needs the
 * account's lock.
 */
@Injectable()
export class JournalRepository {
  constructor(private readonly trials: TrialRepository) {}

  async write(
    manager: EntityManager,
    run: RunKey,
    stream: StreamKind,
    writes: Writes,
  ): Promise<void> {
    const { lost, intend, left } = writes;
    if (lost.length > 0) await this.lose(manager, run, stream, lost);
    if (intend.length > 0) await this.intend(manager, run, intend);
    if (left.length > 0) await this.leave(manager, run, stream, left);
    if (writes.shown.length > 0)
      await this.trials.show(manager, run, stream, writes.shown);
    if (writes.conflicts.length > 0)
      await this.conflicts(manager, run, stream, writes.conflicts);
    if (writes.deletes + writes.clears > 0)
      await manager.query(
        `insert into state.removal (tenant_id, account_id, stream, deletes, clears) values ($1, $2, $3, $4, $5)`,
        [run.tenantId, run.accountId, stream, writes.deletes, writes.clears],
      );
  }

  /**
   * What a user has decided to leave stays left. A list that tells the version at which an item was seen to be called off
   * tells nothing new.
   */
  private async lose(
    manager: EntityManager,
    { tenantId, accountId }: AccountKey,
    stream: StreamKind,
    lost: Writes["lost"],
  ): Promise<void> {
    await manager.query(
      `update state.link l set lost = coalesce(l.lost, 'noticed'), lost_at = coalesce(l.lost_at, clock_timestamp()),
         lost_version = r."itemVersion"
       from jsonb_to_recordset($4::jsonb) as r (kind text, "recordId" bigint, "itemId" text, "itemVersion" text)
       where l.tenant_id = $1 and l.account_id = $2
         and ((l.kind = r.kind and l.record_id = r."recordId") or (l.stream = $3 and l.item_id = r."itemId"))
         and (l.lost is null or l.lost_version is distinct from r."itemVersion")`,
      [tenantId, accountId, stream, JSON.stringify(lost)],
    );
  }

  /** An approval is of what was shown: something else has to be shown first. */
  private async intend(
    manager: EntityManager,
    { tenantId, accountId }: AccountKey,
    intend: Writes["intend"],
  ): Promise<void> {
    await manager.query(
      `update state.inbox i set state = 'intended', due_at = null, code = null, message = null, intent = r.removal,
         intent_fields = r.fields,
         approved = i.approved and i.intent = r.removal and r.fields <@ i.intent_fields
       from jsonb_to_recordset($3::jsonb) as r ("entryId" bigint, removal text, fields text[])
       where i.tenant_id = $1 and i.account_id = $2 and i.entry_id = r."entryId"`,
      [tenantId, accountId, JSON.stringify(intend)],
    );
  }

  /** Keys that the item still has stay; one statement must not delete and insert the same row. */
  private async leave(
    manager: EntityManager,
    { tenantId, accountId }: AccountKey,
    stream: StreamKind,
    left: Writes["left"],
  ): Promise<void> {
    await manager.query(
      `with told as (
         select * from jsonb_to_recordset($4::jsonb) as r
           ("itemId" text, "itemVersion" text, reason text, candidates jsonb, keys text[], "appearedAt" timestamptz)
       ), kept as (
         insert into state.unlinked_item (tenant_id, account_id, stream, item_id, item_version, reason, candidates, appeared_at)
         select $1, $2, $3, r."itemId", r."itemVersion", r.reason, r.candidates, r."appearedAt" from told r
         where not exists (select from state.link l where l.tenant_id = $1 and l.account_id = $2 and l.stream = $3
           and l.item_id = r."itemId")
         on conflict (tenant_id, account_id, stream, item_id) do update set
           item_version = excluded.item_version, reason = excluded.reason, candidates = excluded.candidates,
           left_at = now()
         returning item_id
       ), void as (
         delete from state.unlinked_key k using told r
         where k.tenant_id = $1 and k.account_id = $2 and k.stream = $3 and k.item_id = r."itemId"
           and k.key <> all (r.keys))
       insert into state.unlinked_key (tenant_id, account_id, stream, key, item_id)
       select distinct $1::uuid, $2::uuid, $3, key, r."itemId" from told r join kept on kept.item_id = r."itemId"
         cross join unnest(r.keys) as key
       on conflict (tenant_id, account_id, stream, key, item_id) do nothing`,
      [tenantId, accountId, stream, JSON.stringify(left)],
    );
  }

  /** A run that dies after this tells the same again: once is enough, and the newest time counts. */
  private async conflicts(
    manager: EntityManager,
    { tenantId, accountId, runId }: RunKey,
    stream: StreamKind,
    conflicts: Writes["conflicts"],
  ): Promise<void> {
    await manager.query(
      `insert into state.conflict (tenant_id, account_id, stream, kind, record_id, item_id, field, winner, ams_value,
         remote_value, run_id)
       select $1, $2, $3, r.*, $4 from unnest($5::text[], $6::bigint[], $7::text[], $8::text[], $9::text[], $10::text[],
         $11::text[]) as r
       on conflict (tenant_id, account_id, kind, record_id, item_id, field, winner, (md5(ams_value)), (md5(remote_value)))
         do update set at = excluded.at, run_id = excluded.run_id, taken_back = null`,
      [
        ...[tenantId, accountId, stream, runId],
        conflicts.map(({ kind }) => kind),
        conflicts.map(({ recordId }) => recordId),
        conflicts.map(({ itemId }) => itemId),
        conflicts.map(({ conflict }) => conflict.field),
        conflicts.map(({ conflict }) => conflict.winner),
        conflicts.map(({ conflict }) => conflict.ams ?? null),
        conflicts.map(({ conflict }) => conflict.remote ?? null),
      ],
    );
  }

  /** Items that no link holds, by match keys; what a user has settled is nobody's. */
  async find(
    manager: EntityManager,
    { tenantId, accountId }: AccountKey,
    stream: StreamKind,
    keys: readonly string[],
    most: number,
  ): Promise<readonly { readonly key: string; readonly itemIds: string[] }[]> {
    return manager.query(
      `select w.key, array_agg(f.item_id order by f.item_id) as "itemIds"
       from (select distinct unnest($4::text[]) as key) w
         cross join lateral (
           select k.item_id from state.unlinked_key k
             join state.unlinked_item u on u.tenant_id = $1 and u.account_id = $2 and u.stream = $3
               and u.item_id = k.item_id
           where k.tenant_id = $1 and k.account_id = $2 and k.stream = $3 and k.key = w.key and not u.settled
             and not exists (select from state.link l where l.tenant_id = $1 and l.account_id = $2
               and l.stream = $3 and l.item_id = k.item_id)
           order by k.item_id limit $5) f
       group by w.key order by w.key`,
      [tenantId, accountId, stream, keys, most],
    );
  }
}
