import { containerAddress } from "@ams-sync/contracts/reading";
import { Injectable } from "@nestjs/common";
import type { StreamKind } from "@ams-sync/sync-core";
import type { EntityManager } from "typeorm";
import type { AccountKey } from "../wire/read.js";

/** What becomes of what ams put there. */
export type Items = "remove" | "leave";

/** What hangs on an account by its key alone; the rest goes with it. */
const LOOSE = [
  "inbox",
  "link",
  "unlinked_item",
  "parted_item",
  "removal",
  "conflict",
] as const;

/** Accounts that are being disconnected. All but `isEnded` need the account's lock. */
@Injectable()
export class DepartureRepository {
  async isEnded(
    manager: EntityManager,
    { tenantId, accountId }: AccountKey,
  ): Promise<boolean> {
    const rows: unknown[] = await manager.query(
      `select 1 from state.ended_account where tenant_id = $1 and account_id = $2`,
      [tenantId, accountId],
    );
    return rows.length > 0;
  }

  /** Forgets the account, and that it can be announced. */
  async end(
    manager: EntityManager,
    { tenantId, accountId }: AccountKey,
  ): Promise<void> {
    const key = [tenantId, accountId];
    for (const table of LOOSE)
      await manager.query(
        `delete from state.${table} where tenant_id = $1 and account_id = $2`,
        key,
      );
    await manager.query(
      `delete from state.account where tenant_id = $1 and account_id = $2`,
      key,
    );
    await manager.query(
      `insert into state.ended_account (tenant_id, account_id) values ($1, $2) on conflict do nothing`,
      key,
    );
  }

  /** Nothing begins for it any more. */
  async rest(
    manager: EntityManager,
    { tenantId, accountId }: AccountKey,
  ): Promise<void> {
    await manager.query(
      `update state.schedule set parked = true where tenant_id = $1 and account_id = $2`,
      [tenantId, accountId],
    );
  }

  async mark(
    manager: EntityManager,
    { tenantId, accountId }: AccountKey,
    items: Items,
  ): Promise<void> {
    await manager.query(
      `update state.account set leaving = $3 where tenant_id = $1 and account_id = $2`,
      [tenantId, accountId, items],
    );
  }

  /**
   * There is nothing that a run would have to do. Who is asked to tell of changes is told to stop, where that can be said:
   * without a login it ends by itself.
   */
  async isEmpty(
    manager: EntityManager,
    { tenantId, accountId }: AccountKey,
  ): Promise<boolean> {
    const rows: { empty: boolean }[] = await manager.query(
      `select not exists (select from state.link where tenant_id = $1 and account_id = $2)
         and not exists (select from state.inbox where tenant_id = $1 and account_id = $2)
         and not exists (select from state.stream t join state.account a using (tenant_id, account_id)
           where t.tenant_id = $1 and t.account_id = $2 and t.active and t.watched_until > now()
             and a.health not in ('needs-login', 'paused')) as empty`,
      [tenantId, accountId],
    );
    return rows[0]?.empty === true;
  }

  /**
   * Every link is to be undone, as somebody has agreed to: the guard counts none of it. What was left at a place before is
   * not ours to remove any more, and only forgotten. Of what was announced only creates stay whose answer nobody saw: they
   * may have made something. The other side is not asked any more.
   *
   * What a stream that is off had put there goes too, where its container is still nobody else's: whoever took it over
   * took over what is in it.
   */
  async undoLinks(manager: EntityManager, account: AccountKey): Promise<void> {
    const key = [account.tenantId, account.accountId];
    await manager.query(
      `delete from state.link where tenant_id = $1 and account_id = $2 and elsewhere`,
      key,
    );
    const streams: StreamRow[] = await manager.query(
      `select t.kind, t.container, t.active, a.system, c.address is not null as owns
       from state.stream t join state.account a using (tenant_id, account_id)
         left join state.container c on c.tenant_id = $1 and c.account_id = $2 and c.kind = t.kind
       where t.tenant_id = $1 and t.account_id = $2`,
      key,
    );
    for (const stream of streams)
      await manager.query(
        (await this.owns(manager, account, stream))
          ? `update state.stream set active = true, remote_due_at = 'infinity', polling = false, listed = true, held_at = null,
               preview = null
             where tenant_id = $1 and account_id = $2 and kind = $3`
          : `with unlinked as (delete from state.link where tenant_id = $1 and account_id = $2 and stream = $3)
             delete from state.inbox where tenant_id = $1 and account_id = $2 and stream = $3`,
        [...key, stream.kind],
      );
    await manager.query(
      `delete from state.inbox i where i.tenant_id = $1 and i.account_id = $2 and (i.side = 'remote'
         or not i.sent and not exists (select from state.link l
           where l.tenant_id = $1 and l.account_id = $2 and l.kind = i.kind and l.record_id = i.record_id))`,
      key,
    );
    await manager.query(
      `insert into state.inbox as i (tenant_id, account_id, stream, side, kind, record_id, gone, position, judged_at, committed_at, due_at)
       select tenant_id, account_id, stream, 'ams', kind, record_id, false, 1, now(), now(), now() from state.link
       where tenant_id = $1 and account_id = $2
       on conflict (tenant_id, account_id, kind, record_id) where side = 'ams' do nothing`,
      key,
    );
    await manager.query(
      `update state.inbox set state = 'pending', due_at = now(), attempts = 0, code = null, message = null, gone = false,
         restore = false, take_back = null, intent = 'delete', intent_fields = '{}', approved = true
       where tenant_id = $1 and account_id = $2`,
      key,
    );
  }

  /** Whether the stream's container is its own, or nobody's: then it is its own from now on. */
  private async owns(
    manager: EntityManager,
    { tenantId, accountId }: AccountKey,
    { kind, container, system, owns }: StreamRow,
  ): Promise<boolean> {
    if (owns) return true;
    const address =
      container === null ? undefined : containerAddress(container);
    if (address === undefined) return false;
    const claimed: unknown[] = await manager.query(
      `insert into state.container (tenant_id, account_id, kind, system, address) values ($1, $2, $3, $4, $5)
       on conflict (system, address) do nothing returning 1`,
      [tenantId, accountId, kind, system, address],
    );
    return claimed.length > 0;
  }
}

interface StreamRow {
  readonly kind: StreamKind;
  readonly container: string | null;
  readonly system: string;
  readonly owns: boolean;
}
