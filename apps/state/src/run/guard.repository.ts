import { Injectable } from "@nestjs/common";
import { allowance, type StreamKind } from "@ams-sync/sync-core";
import type { EntityManager } from "typeorm";
import type { AccountKey } from "../wire/read.js";

/** What the guard of a stream goes by. */
export interface Standing {
  readonly kind: StreamKind;
  /** Entries that wait: new ones, failed ones that are to be tried again, and intents. */
  readonly pending: number;
  readonly retries: number;
  readonly intended: number;
  /** Removals that may go without asking now. */
  readonly allowed: number;
  readonly held: boolean;
  /** Intents that wait for an answer, whatever may go unasked by now: they were held, or shown as something else. */
  readonly unseen: number;
  /** Of the preview that the stream is on trial for; 0: of none. */
  readonly trial: string;
}

interface Row {
  readonly kind: StreamKind;
  readonly pending: string;
  readonly retries: string;
  readonly intended: string;
  readonly links: string;
  readonly deletes: string;
  readonly spent: string;
  readonly held: boolean;
  readonly unseen: string;
  readonly trial: string;
}

/** More entries that failed than this come to more than any guard lets go: counting on would only cost. */
const RETRIES_MAX = 1_000;

/** How much may be deleted and cleared. Needs the account's lock. */
@Injectable()
export class GuardRepository {
  /** Of the account's streams that are on, or of one of them. */
  async standings(
    manager: EntityManager,
    { tenantId, accountId }: AccountKey,
    stream?: StreamKind,
  ): Promise<readonly Standing[]> {
    const rows: Row[] = await manager.query(
      `select t.kind, c.pending, c.intended, c.links, t.held_at is not null as held,
         coalesce(r.deletes, 0) as deletes, coalesce(r.spent, 0) as spent,
         case when c.set_aside = 0 then 0 else (select count(*) from (
           select 1 from state.inbox i where i.tenant_id = $1 and i.account_id = $2 and i.stream = t.kind
             and i.state = 'set-aside' and i.side in ('ams', 'remote') and i.due_at is not null limit $4) w)
           end as retries,
         case when c.intended = 0 then 0 else (select count(*) from state.inbox i where i.tenant_id = $1
           and i.account_id = $2 and i.stream = t.kind and i.state = 'intended' and i.side in ('ams', 'remote')
           and i.previewed and not i.approved) end as unseen,
         case when t.preview is null then 0 else t.preview_no end as trial
       from state.stream t
         join state.stream_count c on c.tenant_id = $1 and c.account_id = $2 and c.kind = t.kind
         cross join lateral (
           select sum(deletes) as deletes, sum(deletes + clears) as spent from state.removal
           where tenant_id = $1 and account_id = $2 and stream = t.kind
             and at > statement_timestamp() - interval '24 hours') r
       where t.tenant_id = $1 and t.account_id = $2 and t.active and ($3::text is null or t.kind = $3)`,
      [tenantId, accountId, stream ?? null, RETRIES_MAX],
    );
    return rows.map((row) => ({
      kind: row.kind,
      pending: Number(row.pending),
      retries: Number(row.retries),
      intended: Number(row.intended),
      // The items that there were a day ago: else each deletion makes the rest of its own batch too many.
      allowed: allowance({
        items: Number(row.links) + Number(row.deletes),
        spent: Number(row.spent),
      }),
      held: row.held,
      unseen: Number(row.unseen),
      trial: row.trial,
    }));
  }

  /**
   * Whether intents of the account may go: approved ones, or all that a stream has. If not, streams of which all is
   * planned are held: the run may have ended with something else, so that it never asked once nothing was due.
   */
  async mayGo(manager: EntityManager, account: AccountKey): Promise<boolean> {
    const standings = await this.standings(manager, account);
    if (standings.some(fits)) return true;
    const approved: unknown[] = await manager.query(
      `select 1 from state.inbox i join state.stream t
         on t.tenant_id = $1 and t.account_id = $2 and t.kind = i.stream and t.active and t.preview is null
       where i.tenant_id = $1 and i.account_id = $2 and i.approved and i.state = 'intended' limit 1`,
      [account.tenantId, account.accountId],
    );
    if (approved.length > 0) return true;
    await this.holdPlanned(
      manager,
      account,
      standings.flatMap(({ kind, intended, trial }) =>
        intended > 0 && trial === "0" ? [kind] : [],
      ),
    );
    return false;
  }

  private async holdPlanned(
    manager: EntityManager,
    { tenantId, accountId }: AccountKey,
    streams: readonly StreamKind[],
  ): Promise<void> {
    await manager.query(
      `with planned as (
         select t.kind from state.stream t
         where t.tenant_id = $1 and t.account_id = $2 and t.kind = any($3)
           and not exists (select from state.inbox i where i.tenant_id = $1 and i.account_id = $2 and i.stream = t.kind
             and i.state in ('pending', 'set-aside') and i.side in ('ams', 'remote') and i.due_at <= statement_timestamp())
       ), held as (
         update state.stream t set held_at = now() from planned p
         where t.tenant_id = $1 and t.account_id = $2 and t.kind = p.kind and t.held_at is null)
       update state.inbox i set previewed = true from planned p
       where i.tenant_id = $1 and i.account_id = $2 and i.stream = p.kind and ${UNMARKED}`,
      [tenantId, accountId, streams],
    );
  }

  /**
   * Notes that the stream has more to delete or clear than may go unasked, or no longer. What is held stays so until it is
   * approved, entry by entry: the day passes, the share of a growing stream widens, and neither is an answer.
   */
  async hold(
    manager: EntityManager,
    { tenantId, accountId }: AccountKey,
    stream: StreamKind,
    held: boolean,
  ): Promise<void> {
    await manager.query(
      `update state.stream set held_at = case when $4 then coalesce(held_at, now()) end
       where tenant_id = $1 and account_id = $2 and kind = $3`,
      [tenantId, accountId, stream, held],
    );
    if (held)
      await manager.query(
        `update state.inbox i set previewed = true
         where i.tenant_id = $1 and i.account_id = $2 and i.stream = $3 and ${UNMARKED}`,
        [tenantId, accountId, stream],
      );
  }
}

const UNMARKED =
  "i.state = 'intended' and i.side in ('ams', 'remote') and not i.approved and not i.previewed";

/** All that the stream intends may go. While anything waits for an answer the rest waits with it: it is one plan. */
export const fits = ({ intended, unseen, allowed, trial }: Standing): boolean =>
  trial === "0" && unseen === 0 && intended > 0 && intended <= allowed;

/** What the stream intends needs a person. */
export const holds = (standing: Standing): boolean =>
  standing.intended > 0 && !fits(standing);

/**
 * How many removals may go at once. Only where all that waits could not come to more: the guard judges a whole plan, not
 * the part that comes first.
 */
export const freeNow = (standing: Standing): number => {
  const { pending, retries, intended, unseen, allowed } = standing;
  if (unseen > 0) return 0;
  return pending + retries + intended <= allowed ? allowed : 0;
};
