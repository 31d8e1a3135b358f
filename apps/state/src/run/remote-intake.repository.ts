import { Injectable } from "@nestjs/common";
import type { StreamKind } from "@ams-sync/sync-core";
import type { EntityManager } from "typeorm";
import { Refusal } from "../refusal.js";
import type { AccountKey } from "../wire/read.js";

export interface RemoteChange {
  readonly itemId: string;
  readonly itemVersion?: string;
  readonly gone: boolean;
}

/** The other system's side of intake. Needs the account's lock. */
@Injectable()
export class RemoteIntakeRepository {
  /**
   * Announced items go into the inbox, and the token, if there is one, takes the place of the old one. An item at the
   * version that its link knows, most often the echo of a write of ours, does not enter, and an entry that waits for it
   * is done.
   * @returns how many items were taken in
   */
  async takeIn(
    manager: EntityManager,
    { tenantId, accountId }: AccountKey,
    stream: StreamKind,
    changes: readonly RemoteChange[],
    token: string | undefined,
  ): Promise<bigint> {
    const newest = [
      ...new Map(changes.map((change) => [change.itemId, change])).values(),
    ];
    const taken =
      newest.length === 0
        ? 0
        : await this.store(manager, { tenantId, accountId }, stream, newest);
    // A stream that was reset or moved meanwhile is to be asked for everything: this token would hide it.
    const known: unknown[] = await manager.query(
      `with stored as (
         update state.stream set remote_seen = coalesce(remote_seen, 0) + $4,
           remote_token = case when polling then coalesce($5, remote_token) else remote_token end
         where tenant_id = $1 and account_id = $2 and kind = $3 returning 1)
       select 1 from stored`,
      [tenantId, accountId, stream, taken, token ?? null],
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
         select c.*, l.item_id is not null as echo,
           n.remote_position - cardinality($4::text[]) + c.ordinal as position
         from numbered n cross join unnest($4::text[], $5::text[], $6::boolean[]) with ordinality
             as c (item_id, item_version, gone, ordinal)
           left join state.link l on l.tenant_id = $1 and l.account_id = $2 and l.stream = $3
             and l.item_id = c.item_id and l.item_version = c.item_version and not c.gone
       ), done as (
         delete from state.inbox i using announced a
         where i.tenant_id = $1 and i.account_id = $2 and i.stream = $3 and i.side = 'remote'
           and i.item_id = a.item_id and a.echo
       ), taken as (
         insert into state.inbox as i (tenant_id, account_id, stream, side, item_id, item_version, gone, position,
           judged_at, committed_at, due_at)
         select $1, $2, $3, 'remote', item_id, item_version, gone, position, now(), now(), now()
         from announced where not echo order by position
         on conflict (tenant_id, account_id, stream, item_id) where side = 'remote' do update set
           item_version = excluded.item_version, gone = excluded.gone, position = excluded.position,
           committed_at = excluded.committed_at, due_at = least(i.due_at, excluded.due_at),
           state = 'pending', attempts = 0, code = null, message = null
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
}
