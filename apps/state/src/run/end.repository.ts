import { Injectable } from "@nestjs/common";
import type { EntityManager } from "typeorm";
import type { Health, RunKey } from "./lease.repository.js";

export interface Outlook {
  /** The feed has newer rows for the streams, or a full intake is owed. */
  readonly dueNow: boolean;
  /** The run left what was due when it began untouched. Asking for another one at once would go on for ever. */
  readonly stuck: boolean;
  /** A new credential came while the run was under way. */
  readonly credentialChanged: boolean;
  /** There are intents: the guard knows whether they may go. */
  readonly intents: boolean;
  /** The other system was asked. */
  readonly asked: boolean;
  /** A stream is on trial: all of it may be planned now. */
  readonly onTrial: boolean;
  readonly results: number;
}

/** Needs the account's lock. */
@Injectable()
export class EndRepository {
  async lockSchedule(
    manager: EntityManager,
    { tenantId, accountId }: RunKey,
  ): Promise<void> {
    await manager.query(
      `select 1 from state.schedule where tenant_id = $1 and account_id = $2 for update`,
      [tenantId, accountId],
    );
  }

  async outlook(
    manager: EntityManager,
    { tenantId, accountId, runId }: RunKey,
  ): Promise<Outlook> {
    const rows: (Omit<Outlook, "stuck"> & {
      untouched: boolean;
      intakes: number;
    })[] = await manager.query(
      `with s as (
         select t.kind, t.preview, c.intended, t.feed_position, t.polling and t.remote_seen is null as unheard, src.name is not null as known,
           t.full_wanted > t.full_done or t.feed_epoch is null or t.feed_epoch is distinct from src.epoch as full
         from state.stream t left join state.tenant te using (tenant_id) left join state.source src on src.name = te.source
           left join state.stream_count c on c.tenant_id = $1 and c.account_id = $2 and c.kind = t.kind
         where t.tenant_id = $1 and t.account_id = $2 and t.active)
       select r.intakes, r.results, exists (select from s where s.intended > 0) as intents,
         exists (select from s where s.preview = 'wanted') as "onTrial",
         exists (select from s where s.known and (s.full or exists (
           select from state.feed f where f.tenant_id = $1 and f.position > s.feed_position
             and (f.kind = 'appointment') = (s.kind = 'appointments')))) as "dueNow",
         r.results = 0 and exists (select from s where s.unheard or exists (
           select from state.inbox i where i.tenant_id = $1 and i.account_id = $2
             and i.stream = s.kind and i.state in ('pending', 'set-aside') and i.side in ('ams', 'remote')
             and i.due_at <= r.started_at)) as untouched,
         exists (select from state.stream t where t.tenant_id = $1 and t.account_id = $2 and t.polling
           and t.remote_seen is not null) as asked,
         a.credential_version > r.credential_version as "credentialChanged"
       from state.run r join state.account a using (tenant_id, account_id)
       where r.tenant_id = $1 and r.account_id = $2 and r.run_id = $3`,
      [tenantId, accountId, runId],
    );
    const [row] = rows;
    if (row === undefined) throw new Error("the run has no record");
    const { dueNow, untouched, intakes } = row;
    return {
      ...row,
      stuck: untouched || (dueNow && intakes === 0),
    };
  }

  /**
   * Where the other system was asked: sooner again if something had happened there, later and later if not. A stream that
   * the run did not come to stays due, and so does one that the other system told of since the run began.
   */
  async polled(
    manager: EntityManager,
    { tenantId, accountId, runId }: RunKey,
    minMs: number,
    maxMs: number,
  ): Promise<void> {
    await manager.query(
      `with asked as (
         select t.kind, case when t.remote_seen > 0 then $3 else least(greatest(t.poll_ms, $3), $4) end as wait_ms,
           coalesce(t.heard_at >= r.started_at, false) as heard
         from state.stream t join state.run r on r.tenant_id = $1 and r.account_id = $2 and r.run_id = $5
         where t.tenant_id = $1 and t.account_id = $2 and t.polling and t.remote_seen is not null)
       update state.stream t set polling = false, poll_ms = least(asked.wait_ms * 3 / 2, $4),
         remote_due_at = case when asked.heard then statement_timestamp()
           else clock_timestamp() + asked.wait_ms * interval '1 millisecond' end
       from asked where t.tenant_id = $1 and t.account_id = $2 and t.kind = asked.kind`,
      [tenantId, accountId, minMs, maxMs, runId],
    );
  }

  /**
   * Lets the account go and says when it is due. The run ended, so that no wake-up need pass by its job.
   * @returns whether the account is due at once
   */
  async release(
    manager: EntityManager,
    { tenantId, accountId }: RunKey,
    end: {
      readonly health: Health;
      readonly errorKind: string | null;
      readonly errorMessage: string | null;
      readonly failures: number;
    },
    next: {
      readonly waitMs: number;
      readonly dueNow: boolean;
      readonly parked: boolean;
    },
  ): Promise<boolean> {
    const rows: { more: boolean }[] = await manager.query(
      `with s as (
         select kind, remote_due_at from state.stream where tenant_id = $1 and account_id = $2 and active
       ), released as (
         update state.account set run_id = null, lease_until = null, error_kind = $7, error_message = $8, failures = $9,
           health = case when exists (select from s) then $6 else 'paused' end,
           last_success_at = case when $7::text is null then clock_timestamp() else last_success_at end
         where tenant_id = $1 and account_id = $2
       ), own as (
         select case when $4 then statement_timestamp() else coalesce(least(
             (select min(remote_due_at) from s),
             (select min(e.due_at) from s cross join (values ('pending'), ('set-aside')) w (state)
               cross join (values ('ams'), ('remote')) x (side) cross join lateral (
               select i.due_at from state.inbox i where i.tenant_id = $1 and i.account_id = $2 and i.stream = s.kind
                 and i.state = w.state and i.side = x.side and i.due_at is not null order by i.due_at limit 1) e)), 'infinity') end as due_at,
           case when $3::bigint > 0 then statement_timestamp() + $3 * interval '1 millisecond' end as not_before,
           $5 or not exists (select from s) as parked
       ), planned as (
         update state.schedule c set due_at = greatest(own.due_at, own.not_before), not_before = own.not_before,
           parked = own.parked, last_run_id = null
         from own where c.tenant_id = $1 and c.account_id = $2
         returning c.due_at <= clock_timestamp() and not c.parked as more)
       select more from planned`,
      [
        ...[tenantId, accountId, next.waitMs, next.dueNow, next.parked],
        ...[end.health, end.errorKind, end.errorMessage, end.failures],
      ],
    );
    return rows[0]?.more === true;
  }
}
