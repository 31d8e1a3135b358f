import { Injectable } from "@nestjs/common";
import type { RecordKind, StreamKind, System } from "@ams-sync/sync-core";
import type { EntityManager } from "typeorm";
import type { Health } from "../run/lease.repository.js";
import type { AccountKey } from "../wire/read.js";
import { PREVIEW, type PreviewState } from "./preview.repository.js";

export interface StatusRow {
  readonly accountId: string;
  readonly userId: string;
  readonly system: System;
  readonly health: Health;
  readonly errorKind: string | null;
  readonly errorMessage: string | null;
  readonly lastSuccessAt: Date | null;
  /** Null: parked. */
  readonly dueAt: Date | null;
  readonly running: boolean;
  /** It is being disconnected. */
  readonly leaving: "remove" | "leave" | null;
  readonly streams: readonly {
    readonly kind: StreamKind;
    readonly container: string | null;
    readonly pending: number;
    readonly setAside: number;
    readonly links: number;
    readonly takenIn: boolean;
    /** Intents that wait for somebody's approval; 0: the stream is not held. */
    readonly held: number;
    /** ISO 8601, as it comes within JSON. */
    readonly heldAt: string | null;
    readonly unlinked: number;
    readonly preview: PreviewState | null;
  }[];
}

export interface AccountQuestion {
  readonly accountId?: string | undefined;
  readonly userId?: string | undefined;
  readonly health?: Health | undefined;
  /** The last account of the page before. */
  readonly after?: string | undefined;
  readonly limit: number;
}

export interface SetAsideRow {
  readonly entryId: string;
  readonly stream: StreamKind;
  readonly kind: RecordKind | null;
  readonly recordId: string | null;
  readonly itemId: string | null;
  readonly code: string;
  readonly message: string;
  readonly attempts: number;
  readonly nextAttemptAt: Date | null;
}

/** Reads a few rows per account; sizes are kept, not counted. */
const STATUS = `select a.account_id as "accountId", a.user_id as "userId", a.system, a.health, a.error_kind as "errorKind",
         a.error_message as "errorMessage", a.last_success_at as "lastSuccessAt",
         case when not s.parked and isfinite(s.due_at) then s.due_at end as "dueAt",
         coalesce(a.lease_until > clock_timestamp(), false) as running, a.leaving,
         coalesce((select json_agg(json_build_object('kind', t.kind, 'container', t.container, 'pending', c.pending,
             'setAside', c.set_aside, 'links', c.links, 'takenIn', t.feed_epoch is not null, 'unlinked', c.unlinked,
             'preview', ${PREVIEW},
             'held', h.held, 'heldAt', case when h.held > 0 then t.held_at end) order by t.kind desc)
           from state.stream t join state.stream_count c using (tenant_id, account_id, kind)
             cross join lateral (select case when t.held_at is null then 0 else c.intended - (
               select count(*) from state.inbox i where i.tenant_id = $1 and i.account_id = a.account_id
                 and i.stream = t.kind and i.approved and i.state = 'intended') end as held) h
           where t.tenant_id = $1 and t.account_id = a.account_id and t.active), '[]') as streams
       from state.account a join state.schedule s using (tenant_id, account_id)`;

/** What people are shown. */
@Injectable()
export class StatusRepository {
  /** By user. */
  async accounts(
    manager: EntityManager,
    tenantId: string,
  ): Promise<readonly StatusRow[]> {
    return manager.query(
      `${STATUS} where a.tenant_id = $1 order by a.user_id, a.account_id`,
      [tenantId],
    );
  }

  async page(
    manager: EntityManager,
    tenantId: string,
    { accountId, userId, health, after, limit }: AccountQuestion,
  ): Promise<readonly StatusRow[]> {
    return manager.query(
      `${STATUS} where a.tenant_id = $1 and ($2::uuid is null or a.account_id = $2)
         and ($3::bigint is null or a.user_id = $3) and ($4::text is null or a.health = $4)
         and ($5::uuid is null or a.account_id > $5)
       order by a.account_id limit $6`,
      [
        ...[tenantId, accountId ?? null, userId ?? null],
        ...[health ?? null, after ?? null, limit],
      ],
    );
  }

  async find(
    manager: EntityManager,
    { tenantId, accountId }: AccountKey,
  ): Promise<StatusRow | undefined> {
    const [row] = await this.page(manager, tenantId, { accountId, limit: 1 });
    return row;
  }

  /**
   * One look for each link: a planner without statistics would read all of an account's for a page.
   * Of a remote entry that has a link, the record too.
   * @param after the last entry of the page before; 0: the first page
   */
  async setAside(
    manager: EntityManager,
    { tenantId, accountId }: AccountKey,
    limit: number,
    after = 0n,
  ): Promise<readonly SetAsideRow[]> {
    return manager.query(
      `select i.entry_id as "entryId", i.stream, coalesce(i.kind, l.kind) as kind, coalesce(i.record_id, l.record_id) as "recordId",
         coalesce(i.item_id, o.item_id) as "itemId", i.code, i.message, i.attempts, i.due_at as "nextAttemptAt"
       from (select * from state.inbox where tenant_id = $1 and account_id = $2 and state = 'set-aside'
           and entry_id > $4 order by entry_id limit $3) i
       left join lateral (select * from state.link l where l.tenant_id = $1 and l.account_id = $2
         and l.stream = i.stream and l.item_id = i.item_id limit 1) l on true
       left join lateral (select * from state.link o where o.tenant_id = $1 and o.account_id = $2
         and o.kind = i.kind and o.record_id = i.record_id limit 1) o on true
       order by i.entry_id`,
      [tenantId, accountId, limit, after.toString()],
    );
  }
}
