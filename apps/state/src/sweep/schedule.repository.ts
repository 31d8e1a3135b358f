import { Inject, Injectable } from "@nestjs/common";
import type { System } from "@ams-sync/sync-core";
import { DataSource } from "typeorm";
import { SCHEDULE_DATABASE } from "../databases.js";
import type { Health } from "../run/lease.repository.js";

export interface ClaimedAccount {
  readonly tenantId: string;
  readonly accountId: string;
  readonly system: System;
  /** The run that began last and did not end: under way, its worker is dead, or it was a minute ago. null: none. */
  readonly lastRunId: string | null;
}

/** What may be read of all tenants at once; under the schedule's own role. */
@Injectable()
export class ScheduleRepository {
  constructor(
    @Inject(SCHEDULE_DATABASE) private readonly database: DataSource,
  ) {}

  /**
   * Accounts that are due and that nobody was told of since, or not for `againAfterMs`: what is enqueued may be lost.
   * Several replicas share them out. Committed at once, so that no row lock waits for a queue.
   */
  async claimDue(
    limit: number,
    againAfterMs: number,
  ): Promise<readonly ClaimedAccount[]> {
    return this.database.query(
      `with due as (
         select tenant_id, account_id from state.schedule
         where not parked and due_at <= now()
           and (enqueued_at is null or enqueued_at < due_at
             or enqueued_at < now() - $2 * interval '1 millisecond')
         order by due_at limit $1 for update skip locked
       ), claimed as (
         update state.schedule s set enqueued_at = now() from due
         where s.tenant_id = due.tenant_id and s.account_id = due.account_id
         returning s.tenant_id, s.account_id, s.system,
           coalesce(s.last_run_id, case when s.passed_until > now() then s.passed_run_id end) as last_run_id)
       select tenant_id as "tenantId", account_id as "accountId", system, last_run_id as "lastRunId" from claimed`,
      [limit, againAfterMs],
    );
  }

  /** Takes back a claim whose account could not be enqueued. */
  async unclaim(accounts: readonly ClaimedAccount[]): Promise<void> {
    await this.database.query(
      `with unclaimed as (
         update state.schedule s set enqueued_at = null
         from unnest($1::uuid[], $2::uuid[]) as a (tenant_id, account_id)
         where s.tenant_id = a.tenant_id and s.account_id = a.account_id returning 1)
       select count(*) from unclaimed`,
      [
        accounts.map(({ tenantId }) => tenantId),
        accounts.map(({ accountId }) => accountId),
      ],
    );
  }

  /** By tenant. Of an account it sees health and times, not whose it is. */
  async tenants({
    after,
    limit,
  }: {
    /** The last tenant of the page before. */
    readonly after?: string | undefined;
    readonly limit: number;
  }): Promise<readonly TenantFigures[]> {
    return this.database.query(
      `select tenant_id as "tenantId", accounts, "byHealth", "oldestSuccessAt", c.pending, c."setAside"
       from (
         select tenant_id, count(*)::int as accounts, min(last_success_at) as "oldestSuccessAt",
           json_build_object('ok', count(*) filter (where health = 'ok'),
             'degraded', count(*) filter (where health = 'degraded'),
             'needs-login', count(*) filter (where health = 'needs-login'),
             'paused', count(*) filter (where health = 'paused')) as "byHealth"
         from state.account where $1::uuid is null or tenant_id > $1
         group by tenant_id order by tenant_id limit $2) t
       cross join lateral (
         select coalesce(sum(pending), 0)::float8 as pending, coalesce(sum(set_aside), 0)::float8 as "setAside"
         from state.stream_count s where s.tenant_id = t.tenant_id) c
       order by tenant_id`,
      [after ?? null, limit],
    );
  }

  async figures(): Promise<Figures> {
    const rows: Omit<Figures, "sources">[] = await this.database.query(
      `select
         (select coalesce(sum(pending), 0)::float8 from state.stream_count) as pending,
         (select coalesce(sum(set_aside), 0)::float8 from state.stream_count) as "setAside",
         (select coalesce(sum(intended), 0)::float8 from state.stream_count) as intended,
         (select coalesce(sum(unlinked), 0)::float8 from state.stream_count) as unlinked,
         (select coalesce(extract(epoch from now() - min(due_at)), 0)::float8
          from state.schedule where not parked and due_at <= now()) as "oldestDueSeconds",
         (select count(*)::float8 from state.account where health = 'needs-login') as parked`,
    );
    const sources: SourceFigures[] = await this.database.query(
      `select name, position::float8 as position, epoch::float8 as epoch, status from state.source order by name`,
    );
    const [sums] = rows;
    if (sums === undefined) throw new Error("the figures gave no row");
    return { ...sums, sources };
  }
}

export interface TenantFigures {
  readonly tenantId: string;
  readonly accounts: number;
  readonly byHealth: Readonly<Record<Health, number>>;
  readonly pending: number;
  readonly setAside: number;
  /** Of the account that has waited longest for one; null: none has had any. */
  readonly oldestSuccessAt: Date | null;
}

export interface SourceFigures {
  readonly name: string;
  readonly position: number;
  readonly epoch: number;
  readonly status: string;
}

export interface Figures {
  readonly pending: number;
  readonly setAside: number;
  /** Removals that wait for the guard. */
  readonly intended: number;
  /** Items without a record. */
  readonly unlinked: number;
  /** 0 when nothing is due. */
  readonly oldestDueSeconds: number;
  /** Accounts that wait for a login; those that are paused wait for nobody. */
  readonly parked: number;
  readonly sources: readonly SourceFigures[];
}
