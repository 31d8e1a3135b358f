import type { Page, RemoteChange } from "@ams-sync/contracts/reading";
import { Injectable } from "@nestjs/common";
import type { StreamKind } from "@ams-sync/sync-core";
import type { EntityManager } from "typeorm";
import { Refusal } from "../refusal.js";
import type { AccountKey } from "../wire/read.js";

/**
 * So many whole lists in a row, at least two days from each other, lack an item that has no record; then it is forgotten,
 * as servers without tokens never tell that one is gone. One list says nothing, as servers leave items out. What comes back after these 90 days counts as made since
 * (R25), and as nothing else: it is told by its own id, or matched, like any other item.
 */
const MISSES = 45;

/** The other system's side of intake. Needs the account's lock. */
@Injectable()
export class RemoteIntakeRepository {
  /**
   * Announced items go into the inbox, and the token, if there is one, takes the place of the old one. An item at the
   * version that its link knows, most often the echo of a write of ours, does not enter, and an entry that waits for it
   * is done; where it was missed, the version at which it was seen to be called off. Neither does one that belongs to no record and has not changed since that was found,
   * and an entry that waits or was set aside stays as it is until its item changes: where there are no tokens every poll
   * lists everything. What a user has settled is not asked about again at each listing, so its version is kept up.
   * Without a version nobody knows whether an item has changed: it is read and planned anew, but an approval, which covers
   * only what was shown, still stands. Where each poll announces it so, nobody could ever approve anything else.
   * @returns how many items were taken in
   */
  async takeIn(
    manager: EntityManager,
    { tenantId, accountId }: AccountKey,
    stream: StreamKind,
    changes: readonly RemoteChange[],
    { token, more, anew, watchedUntil }: Page,
  ): Promise<bigint> {
    const newest = [
      ...new Map(changes.map((change) => [change.itemId, change])).values(),
    ];
    const taken =
      newest.length === 0
        ? 0
        : await this.store(manager, { tenantId, accountId }, stream, newest);
    // Radicale lists what was deleted lately, too: a place that has nothing else is empty.
    // What it stops telling while the run is under way is the next one's to see to.
    // A stream that was reset or moved meanwhile is to be asked for everything: this token would hide it.
    const known: unknown[] = await manager.query(
      `with whole as (
         select from state.stream where tenant_id = $1 and account_id = $2 and kind = $3
           and polling and not $6 and ($7 or not listed)
       ), forgotten as (
         delete from state.parted_item p using whole where p.tenant_id = $1 and p.account_id = $2 and p.stream = $3
           and p.looked_at < now() - interval '2 days' and p.missed + 1 >= ${MISSES}
       ), missed as (
         update state.parted_item p set missed = p.missed + 1, looked_at = now() from whole
         where p.tenant_id = $1 and p.account_id = $2 and p.stream = $3
           and p.looked_at < now() - interval '2 days' and p.missed + 1 < ${MISSES}
       ), unseen as (
         delete from state.unlinked_item u using whole where u.tenant_id = $1 and u.account_id = $2 and u.stream = $3
           and u.looked_at < now() - interval '2 days' and u.missed + 1 >= ${MISSES}
       ), lacked as (
         update state.unlinked_item u set missed = u.missed + 1, looked_at = now() from whole
         where u.tenant_id = $1 and u.account_id = $2 and u.stream = $3
           and u.looked_at < now() - interval '2 days' and u.missed + 1 < ${MISSES}
       ), stored as (
         update state.stream set remote_seen = coalesce(remote_seen, 0) + $4,
           remote_token = case when polling then coalesce($5, remote_token) else remote_token end,
           watched_until = coalesce($8::timestamptz, watched_until), 
           unwatched_at = case when $8::timestamptz is null or unwatched_at >= (
             select r.started_at from state.account a join state.run r using (tenant_id, account_id, run_id)
             where a.tenant_id = $1 and a.account_id = $2) then unwatched_at end,
           listed = case when polling then not $6 or (listed and not $7) else listed end,
           known_since = case when polling and not $6 and ($7 or not listed) then coalesce(known_since, now())
             else known_since end,
           preview = case when preview = 'first' and polling and not $6 and ($7 or not listed) then case when exists (
                 select from state.inbox i where i.tenant_id = $1 and i.account_id = $2 and i.stream = $3
                 and i.side = 'remote' and not i.gone)
               or exists (select from state.unlinked_item u where u.tenant_id = $1 and u.account_id = $2
                 and u.stream = $3) then 'wanted' end
             else preview end
         where tenant_id = $1 and account_id = $2 and kind = $3 returning 1)
       select 1 from stored`,
      [
        ...[tenantId, accountId, stream, taken, token ?? null, more, anew],
        watchedUntil ?? null,
      ],
    );
    if (known.length === 0)
      throw new Refusal("unknown", `The account has no stream of ${stream}.`);
    return BigInt(taken);
  }

  private async store(
    manager: EntityManager,
    { tenantId, accountId }: AccountKey,
    stream: StreamKind,
    changes: readonly RemoteChange[],
  ): Promise<number> {
    const rows: { taken: string }[] = await manager.query(
      `with numbered as (
         update state.account set remote_position = remote_position + cardinality($4::text[])
         where tenant_id = $1 and account_id = $2 returning remote_position
       ), announced as (
         select c.*,
           coalesce(not c.gone and c.item_version = case when l.lost is null then l.item_version else l.lost_version end,
             false) as echo,
           coalesce(not c.gone and u.item_version = c.item_version and e.item_id is null, false) as known,
           case when u.item_id is not null then u.appeared_at
             when l.item_id is null and p.item_id is null and s.known_since is not null then now() end as appeared_at,
           n.remote_position - cardinality($4::text[]) + c.ordinal as position
         from numbered n join state.stream s on s.tenant_id = $1 and s.account_id = $2 and s.kind = $3
           cross join unnest($4::text[], $5::text[], $6::boolean[]) with ordinality
             as c (item_id, item_version, gone, ordinal)
           left join state.link l on l.tenant_id = $1 and l.account_id = $2 and l.stream = $3
             and l.item_id = c.item_id
           left join state.unlinked_item u on u.tenant_id = $1 and u.account_id = $2 and u.stream = $3
             and u.item_id = c.item_id
           left join state.parted_item p on p.tenant_id = $1 and p.account_id = $2 and p.stream = $3
             and p.item_id = c.item_id
           left join state.inbox e on e.tenant_id = $1 and e.account_id = $2 and e.stream = $3 and e.side = 'remote'
             and e.item_id = c.item_id and u.item_id is not null
       ), done as (
         delete from state.inbox i using announced a
         where i.tenant_id = $1 and i.account_id = $2 and i.stream = $3 and i.side = 'remote'
           and i.item_id = a.item_id and a.echo
       ), forgotten as (
         delete from state.unlinked_item u using announced a
         where u.tenant_id = $1 and u.account_id = $2 and u.stream = $3 and u.item_id = a.item_id and a.gone
       ), refreshed as (
         update state.unlinked_item u set looked_at = now(), missed = 0,
           item_version = case when u.settled then coalesce(a.item_version, u.item_version) else u.item_version end
         from announced a
         where u.tenant_id = $1 and u.account_id = $2 and u.stream = $3 and u.item_id = a.item_id and not a.gone
           and (u.missed > 0 or u.looked_at < now() - interval '1 day'
             or (u.settled and a.item_version is not null and u.item_version is distinct from a.item_version))
       ), ended as (
         delete from state.parted_item p using announced a
         where p.tenant_id = $1 and p.account_id = $2 and p.stream = $3 and p.item_id = a.item_id and a.gone
       ), seen as (
         update state.parted_item p set looked_at = now(), missed = 0 from announced a
         where p.tenant_id = $1 and p.account_id = $2 and p.stream = $3 and p.item_id = a.item_id and not a.gone
           and (p.missed > 0 or p.looked_at < now() - interval '1 day')
       ), taken as (
         insert into state.inbox as i (tenant_id, account_id, stream, side, item_id, item_version, gone, position,
           judged_at, committed_at, due_at, appeared_at)
         select $1, $2, $3, 'remote', item_id, item_version, gone, position, now(), now(), now(), appeared_at
         from announced where not echo and not known order by position
         on conflict (tenant_id, account_id, stream, item_id) where side = 'remote' do update set
           item_version = excluded.item_version, gone = excluded.gone, position = excluded.position,
           committed_at = excluded.committed_at, due_at = least(i.due_at, excluded.due_at),
           state = 'pending', attempts = 0, code = null, message = null,
           intent = case when i.item_version is null and excluded.item_version is null and not (i.gone or excluded.gone)
             then i.intent end,
           approved = i.approved and i.item_version is null and excluded.item_version is null
             and not (i.gone or excluded.gone)
         where (i.item_version, i.gone) is distinct from (excluded.item_version, excluded.gone)
           or (excluded.item_version is null and not excluded.gone)
         returning 1)
       select count(*) as taken from taken`,
      [
        tenantId,
        accountId,
        stream,
        changes.map(({ itemId }) => itemId),
        changes.map(({ itemVersion }) => itemVersion ?? null),
        changes.map(({ gone }) => gone),
      ],
    );
    return Number(rows[0]?.taken);
  }

  /** Items without a record are to be looked at again: what is wanted may have changed. Those that wait already do so. */
  async lookAgain(
    manager: EntityManager,
    { tenantId, accountId }: AccountKey,
    stream: StreamKind,
  ): Promise<void> {
    await manager.query(
      `with again as (
         select u.item_id, u.item_version, u.appeared_at, row_number() over (order by u.item_id) as ordinal
         from state.unlinked_item u
         where u.tenant_id = $1 and u.account_id = $2 and u.stream = $3 and not u.settled
           and u.reason <> 'record-deleted'
       ), numbered as (
         update state.account set remote_position = remote_position + (select count(*) from again)
         where tenant_id = $1 and account_id = $2 and exists (select from again) returning remote_position)
       insert into state.inbox (tenant_id, account_id, stream, side, item_id, item_version, gone, position,
         judged_at, committed_at, due_at, appeared_at)
       select $1, $2, $3, 'remote', a.item_id, a.item_version, false,
         n.remote_position - (select count(*) from again) + a.ordinal, now(), now(), now(), a.appeared_at
       from again a cross join numbered n order by a.ordinal
       on conflict (tenant_id, account_id, stream, item_id) where side = 'remote' do nothing`,
      [tenantId, accountId, stream],
    );
  }
}
