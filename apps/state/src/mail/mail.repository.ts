import { withTenant } from "@ams-sync/platform";
import type { StreamKind } from "@ams-sync/sync-core";
import { Inject, Injectable } from "@nestjs/common";
import type { DataSource } from "typeorm";
import {
  StatusRepository,
  type StatusRow,
} from "../account/status.repository.js";
import { SCHEDULE_DATABASE, STATE_DATABASE } from "../databases.js";
import type { AccountKey } from "../wire/read.js";
import { causesOf, type Cause } from "./causes.js";

export interface Candidate extends AccountKey {
  readonly cause: Cause;
}
/** What an account needs somebody for, as it stands now. */
export interface Trouble extends Candidate {
  readonly userId: string;
  readonly system: StatusRow["system"];
  readonly kinds: readonly StreamKind[];
}

/**
 * Another day in Germany, and not minutes after midnight: on the day with 25 hours a day of 24 would end twice.
 * `$`: the time of the last one.
 */
const NOT_SAME_DAY = `(${"$"} at time zone 'Europe/Berlin')::date < (now() at time zone 'Europe/Berlin')::date
  and ${"$"} <= now() - interval '23 hours'`;
const anotherDay = (column: string): string =>
  `(${NOT_SAME_DAY.replaceAll("$", column)})`;

/** A mail whose sender has died is not waited for longer. */
const UNDER_WAY = "interval '10 minutes'";

/** What is remembered of mails. The clock is the database's, as several replicas send. */
@Injectable()
export class MailRepository {
  constructor(
    @Inject(STATE_DATABASE) private readonly state: DataSource,
    @Inject(SCHEDULE_DATABASE) private readonly schedule: DataSource,
    private readonly status: StatusRepository,
  ) {}

  /** Of all tenants, by tenant, from `after` on: who seems to need somebody, and of whom not everybody has heard today. */
  async candidates(
    limit: number,
    after?: Candidate,
  ): Promise<readonly Candidate[]> {
    return this.schedule.query(
      `select tenant_id as "tenantId", account_id as "accountId", cause from (
         select tenant_id, account_id, 'needs-login' as cause from state.account where health = 'needs-login'
         union all
         select tenant_id, account_id, 'no-success' from state.account
         where health <> 'needs-login' and greatest(last_success_at, known_at) <= now() - interval '24 hours'
         union all
         select distinct tenant_id, account_id, 'held' from state.stream where held_at is not null) c
       where ($2::uuid is null or (tenant_id, account_id, cause) > ($2::uuid, $3::uuid, $4))
         and exists (select from state.stream t
           where t.tenant_id = c.tenant_id and t.account_id = c.account_id and t.active)
         and not exists (select from state.mail_round r where r.tenant_id = c.tenant_id
           and r.account_id = c.account_id and r.cause = c.cause and not ${anotherDay("r.told_at")})
       order by tenant_id, account_id, cause limit $1`,
      [
        limit,
        ...[after?.tenantId ?? null, after?.accountId ?? null],
        after?.cause ?? null,
      ],
    );
  }

  /** Those of one tenant's candidates that are so now. */
  async troubles(
    tenantId: string,
    candidates: readonly Candidate[],
  ): Promise<readonly Trouble[]> {
    return withTenant(this.state, tenantId, async (manager) => {
      const found: Trouble[] = [];
      for (const candidate of candidates) {
        const account = await this.status.find(manager, candidate);
        const rows: { knownAt: Date; now: Date }[] = await manager.query(
          `select known_at as "knownAt", now() as now from state.account where tenant_id = $1 and account_id = $2`,
          [tenantId, candidate.accountId],
        );
        const [times] = rows;
        if (account === undefined || times === undefined) continue;
        const standing = { ...account, knownAt: times.knownAt };
        if (!causesOf(standing, times.now).has(candidate.cause)) continue;
        const { userId, system, streams } = account;
        const kinds = streams.map(({ kind }) => kind);
        found.push({ ...candidate, userId, system, kinds });
      }
      return found;
    });
  }

  /** The mail server has it, will not have it, or may have it. */
  async ended(tenantId: string, claim: string): Promise<void> {
    await withTenant(this.state, tenantId, (manager) =>
      manager.query(
        `update state.mail_digest set ended_at = clock_timestamp() where claim = $1`,
        [claim],
      ),
    );
  }

  /** The mail server certainly has it not: it may be tried again. */
  async released(tenantId: string, claim: string): Promise<void> {
    await withTenant(this.state, tenantId, (manager) =>
      manager.query(
        `update state.mail_digest set claim = null, claimed_at = null where claim = $1`,
        [claim],
      ),
    );
  }

  /**
   * Gathers accounts for a mail to somebody, and once it did so for a while notes that they are about to be told, before it
   * is sent: whatever happens then, they are told of the same cause no more that day. Of several replicas one gets it. A mail
   * that was begun and never sent, as what it was about is over, is begun anew.
   */
  async claim(
    { tenantId, cause }: Pick<Candidate, "tenantId" | "cause">,
    recipient: string,
    claim: string,
    gatherMs: number,
  ): Promise<boolean> {
    const gather = "$4 * interval '1 millisecond'";
    return withTenant(this.state, tenantId, async (manager) => {
      await manager.query(
        `insert into state.mail_digest as d (tenant_id, cause, recipient) values ($1, $2, $3)
         on conflict (tenant_id, cause, recipient) do update set opened_at = clock_timestamp()
           where case when d.claimed_at >= d.opened_at then ${anotherDay("d.claimed_at")}
             else d.opened_at < now() - interval '1 hour' - ${gather} end`,
        [tenantId, cause, recipient, gatherMs],
      );
      const [rows]: [unknown[], number] = await manager.query(
        `update state.mail_digest d set claim = $5, claimed_at = clock_timestamp(), ended_at = null
         where tenant_id = $1 and cause = $2 and recipient = $3
           and (claimed_at is null or claimed_at < opened_at) and opened_at <= clock_timestamp() - ${gather}
         returning 1`,
        [tenantId, cause, recipient, gatherMs, claim],
      );
      return rows.length > 0;
    });
  }

  /**
   * Nobody asks again today, if all these have been told, or will not be. Asked again as soon as one of them may hear of it
   * again: each has heard of the cause at another time.
   */
  async round(
    { tenantId, accountId, cause }: Candidate,
    recipients: readonly string[],
  ): Promise<void> {
    await withTenant(this.state, tenantId, (manager) =>
      manager.query(
        `with told as (
           select t.claimed_at from state.mail_digest t
           where t.tenant_id = $1 and t.cause = $3 and t.recipient = any($4::text[]) and t.claimed_at >= t.opened_at
             and (t.ended_at is not null or t.claimed_at < now() - ${UNDER_WAY}))
         insert into state.mail_round (tenant_id, account_id, cause, told_at)
         select tenant_id, account_id, $3, coalesce((select min(claimed_at) from told), clock_timestamp())
         from state.account where tenant_id = $1 and account_id = $2
           and (select count(*) from told) = cardinality($4::text[])
         on conflict (tenant_id, account_id, cause) do update set told_at = excluded.told_at`,
        [tenantId, accountId, cause, recipients],
      ),
    );
  }
}
