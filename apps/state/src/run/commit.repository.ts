import { Injectable } from "@nestjs/common";
import type { StreamKind } from "@ams-sync/sync-core";
import type { EntityManager } from "typeorm";
import type { AccountKey } from "../wire/read.js";
import type { Holder, NewLink, RecordRef, StandingEntry } from "./result.js";
import type { Writes } from "./writes.js";

export interface Claims {
  readonly items: readonly string[];
  readonly records: readonly RecordRef[];
}

/** One statement per kind of write, however many results. Needs the account's lock. */
@Injectable()
export class CommitRepository {
  async entries(
    manager: EntityManager,
    { tenantId, accountId }: AccountKey,
    stream: StreamKind,
    entryIds: readonly string[],
  ): Promise<ReadonlyMap<string, StandingEntry>> {
    const rows: StandingEntry[] = await manager.query(
      `select entry_id as "entryId", position, side, kind, record_id as "recordId", item_id as "itemId",
         item_version as "itemVersion", case when approved then intent end as approved,
         appeared_at as "appearedAt"
       from state.inbox
       where tenant_id = $1 and account_id = $2 and stream = $3 and entry_id = any($4::bigint[])`,
      [tenantId, accountId, stream, entryIds],
    );
    return new Map(rows.map((row) => [row.entryId, row]));
  }

  /** Links that hold any of the items or records now. */
  async holders(
    manager: EntityManager,
    { tenantId, accountId }: AccountKey,
    stream: StreamKind,
    { items, records }: Claims,
  ): Promise<readonly Holder[]> {
    if (items.length + records.length === 0) return [];
    const columns = `kind, record_id as "recordId", item_id as "itemId", hash = '' or lost is not null as vacant`;
    const ofItems = `select ${columns} from state.link
       where tenant_id = $1 and account_id = $2 and stream = $3 and item_id = any($4)`;
    if (records.length === 0)
      return manager.query(ofItems, [tenantId, accountId, stream, items]);
    return manager.query(
      `${ofItems} union select ${columns} from state.link
       where tenant_id = $1 and account_id = $2
         and (kind, record_id) in (select * from unnest($5::text[], $6::bigint[]))`,
      [
        ...[tenantId, accountId, stream, items],
        records.map(({ kind }) => kind),
        records.map(({ recordId }) => recordId),
      ],
    );
  }

  async write(
    manager: EntityManager,
    account: AccountKey,
    stream: StreamKind,
    writes: Writes,
  ): Promise<void> {
    const key = [account.tenantId, account.accountId];
    const { unlinkRecords, unlinkItems, strike, setAside, told } = writes;
    const { markSent, clearSent } = writes;
    if (unlinkRecords.length + unlinkItems.length > 0)
      await manager.query(
        `with parted as (
           delete from state.link l where l.tenant_id = $1 and l.account_id = $2 and (
             (l.kind, l.record_id) in (select * from unnest($3::text[], $4::bigint[]))
             or (l.stream = $5 and l.item_id = any($6)))
           returning l.item_id)
         insert into state.parted_item (tenant_id, account_id, stream, item_id) select $1, $2, $5, item_id from parted
         on conflict (tenant_id, account_id, stream, item_id) do update set looked_at = now(), missed = 0`,
        [
          ...key,
          unlinkRecords.map(({ kind }) => kind),
          unlinkRecords.map(({ recordId }) => recordId),
          stream,
          unlinkItems,
        ],
      );
    if (writes.links.length > 0)
      await this.link(manager, account, stream, writes.links, told);
    if (strike.length > 0) await this.strike(manager, account, strike);
    if (setAside.length > 0)
      await manager.query(
        `update state.inbox i set state = 'set-aside', attempts = i.attempts + case when r.look then 0 else 1 end, code = r.code, message = r.message,
           due_at = case when r.retry_in_ms > 0 then clock_timestamp() + r.retry_in_ms * interval '1 millisecond' end
         from unnest($3::bigint[], $4::text[], $5::text[], $6::bigint[], $7::boolean[])
           as r (entry_id, code, message, retry_in_ms, look)
         where i.tenant_id = $1 and i.account_id = $2 and i.entry_id = r.entry_id`,
        [
          ...key,
          setAside.map(({ entryId }) => entryId),
          setAside.map(({ code }) => code),
          setAside.map(({ message }) => message),
          setAside.map(({ retryInMs }) => retryInMs.toString()),
          setAside.map(({ look }) => look),
        ],
      );
    if (clearSent.length > 0)
      await manager.query(
        `update state.inbox set sent = false, sent_at = null, sent_fields = '{}'
         where tenant_id = $1 and account_id = $2 and entry_id = any($3::bigint[]) and sent`,
        [...key, clearSent],
      );
    if (markSent.length > 0)
      await manager.query(
        `update state.inbox i set sent = true, sent_at = clock_timestamp(),
           sent_fields = array(select distinct unnest(i.sent_fields || m.fields) order by 1)
         from jsonb_to_recordset($3::jsonb) as m ("entryId" bigint, fields text[])
         where i.tenant_id = $1 and i.account_id = $2 and i.entry_id = m."entryId"`,
        [...key, JSON.stringify(markSent)],
      );
  }

  /** With an entry ends the wish for a value that lost: the two agree on it now, or it was overtaken. */
  private async strike(
    manager: EntityManager,
    { tenantId, accountId }: AccountKey,
    entryIds: readonly string[],
  ): Promise<void> {
    await manager.query(
      `with struck as (
         delete from state.inbox where tenant_id = $1 and account_id = $2 and entry_id = any($3::bigint[])
         returning kind, record_id, take_back)
       update state.conflict c set taken_back = case when exists (select from state.link l
         where l.tenant_id = $1 and l.account_id = $2 and l.kind = c.kind and l.record_id = c.record_id and l.hash <> ''
           and l.fields ->> c.field is not distinct from case c.winner when 'ams' then c.remote_value else c.ams_value end)
         then 'done' else 'overtaken' end
       from struck s
       where s.take_back is not null and c.tenant_id = $1 and c.account_id = $2 and c.kind = s.kind
         and c.record_id = s.record_id and c.taken_back = 'waiting' and s.take_back ? c.field`,
      [tenantId, accountId, entryIds],
    );
  }

  /**
   * What waits for a change of the record or of the item, and is not among the results, is answered: all of both is agreed
   * on now. Where the link's version is the old one, the item may have changed since, and what waits may be about that.
   */
  private async link(
    manager: EntityManager,
    { tenantId, accountId }: AccountKey,
    stream: StreamKind,
    links: readonly NewLink[],
    told: readonly string[],
  ): Promise<void> {
    await manager.query(
      `with belongs as (
         delete from state.unlinked_item where tenant_id = $1 and account_id = $2 and stream = $3 and item_id = any($6)
       ), agreed as (
         select a.*, l.item_version is not null as kept
         from unnest($4::text[], $5::bigint[], $6::text[], $7::text[]) as a (kind, record_id, item_id, item_version)
           left join state.link l on l.tenant_id = $1 and l.account_id = $2 and l.kind = a.kind
             and l.record_id = a.record_id and l.item_id = a.item_id and l.item_version = a.item_version
         where a.item_version is not null
       ), answered as (
         delete from state.inbox i using agreed a
         where i.tenant_id = $1 and i.account_id = $2 and i.side = 'ams' and i.kind = a.kind and i.record_id = a.record_id
           and i.state = 'set-aside' and i.due_at is null and not i.sent and i.take_back is null
           and i.entry_id <> all($12::bigint[]) and not a.kept
       ), answered_there as (
         delete from state.inbox i using agreed a
         where i.tenant_id = $1 and i.account_id = $2 and i.stream = $3 and i.side = 'remote' and i.item_id = a.item_id
           and i.state = 'set-aside' and i.due_at is null and not i.sent and i.entry_id <> all($12::bigint[])
           and (not a.kept or i.item_version = a.item_version))
       insert into state.link as l
         (tenant_id, account_id, stream, kind, record_id, item_id, item_version, hash, fields, origin, history)
       select $1, $2, $3, r.* from unnest($4::text[], $5::bigint[], $6::text[], $7::text[], $8::text[], $9::json[],
         $10::text[], $11::text[]) as r
       on conflict (tenant_id, account_id, kind, record_id) do update set
         item_id = excluded.item_id, item_version = excluded.item_version, hash = excluded.hash,
         fields = excluded.fields, origin = excluded.origin, agreed_at = now(),
         history = coalesce(excluded.history, l.history), lost = null, lost_at = null,
         lost_version = null, elsewhere = l.elsewhere and excluded.hash = ''`,
      [
        tenantId,
        accountId,
        stream,
        links.map(({ kind }) => kind),
        links.map(({ recordId }) => recordId),
        links.map(({ itemId }) => itemId),
        links.map(({ itemVersion }) => itemVersion ?? null),
        links.map(({ hash }) => hash),
        links.map(({ fields }) => fields),
        links.map(({ origin }) => origin),
        links.map(({ history }) => history ?? null),
        told,
      ],
    );
  }
}
