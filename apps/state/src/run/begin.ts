import { Inject, Injectable } from "@nestjs/common";
import type { System } from "@ams-sync/sync-core";
import type { EntityManager } from "typeorm";
import { STATE_CONFIG, type StateConfig } from "../config.js";
import type { AccountKey } from "../wire/read.js";
import { Ahead, type AheadRequest } from "./ahead.js";
import type { Begun, BegunStream } from "./begun.js";
import { LeaseRepository, type Grant } from "./lease.repository.js";

const refused = (refusal: "busy" | "unknown" | "parked"): Begun => ({
  granted: false,
  refusal,
});

/**
 * 1 where the stream is to be looked over, else 0. Each account has a moment of the day of its own, so that those of an
 * ams database that was read anew are not all looked over at once; what was read whole in the 12 hours before waits.
 */
const AUDIT = `coalesce((full_at < least(statement_timestamp() - interval '12 hours',
  date_bin('1 day', statement_timestamp(), to_timestamp(abs(hashtextextended(account_id::text, 0) % 86400)))))::int, 0)`;

/** Of an account that is being disconnected nothing is taken in and nobody is asked: what is to be done is known. */
const undone = (stream: BegunStream): BegunStream => ({
  ...stream,
  ...{ full: false, remoteDue: false, listing: false },
});

/** Gives an account to a run. Needs the account's lock; locks its schedule row. */
@Injectable()
export class Begin {
  constructor(
    private readonly leases: LeaseRepository,
    private readonly ahead: Ahead,
    @Inject(STATE_CONFIG) private readonly config: StateConfig,
  ) {}

  async begin(
    manager: EntityManager,
    account: AccountKey,
    system: System,
    caller: Omit<Grant, "leaseMs">,
    ahead?: AheadRequest,
  ): Promise<Begun> {
    const found = await this.leases.candidate(manager, account);
    if (found === undefined || found.system !== system)
      return refused("unknown");
    if (found.leased) {
      await this.leases.postpone(manager, account);
      return refused("busy");
    }
    if (!found.due) return refused("parked");
    const { LEASE_MS: leaseMs } = this.config;
    const granted = await this.leases.grant(manager, account, {
      ...caller,
      leaseMs,
    });
    const key = [account.tenantId, account.accountId];
    const streams: BegunStream[] = await manager.query(
      `with told as (
         update state.stream set polling = remote_due_at <= statement_timestamp() or not listed, remote_seen = null,
           full_wanted = full_wanted + ${AUDIT}, full_told = full_wanted + ${AUDIT}
         where tenant_id = $1 and account_id = $2 and active
         returning tenant_id, kind, container, remote_token, polling, full_wanted, full_done, feed_epoch, listed, bound_at,
           watched_until, unwatched_at)
       select t.kind, case when c.address is not null then t.container end as container,
         t.remote_token as "remoteToken", t.polling as "remoteDue",
         t.full_wanted > t.full_done or t.feed_epoch is null or t.feed_epoch is distinct from src.epoch as full,
         not t.listed as listing, case when c.address is not null then t.bound_at end as "boundAt",
         coalesce(n.unlinked, 0) as unlinked, coalesce(t.watched_until > now(), false) as watched,
         t.unwatched_at is not null as unwatched
       from told t
         left join state.tenant te using (tenant_id) left join state.source src on src.name = te.source
         left join state.stream_count n on n.tenant_id = $1 and n.account_id = $2 and n.kind = t.kind
         left join state.container c on c.tenant_id = $1 and c.account_id = $2 and c.kind = t.kind
       order by t.kind desc`,
      key,
    );
    const settingsVersion = BigInt(found.settingsVersion);
    const begun = {
      granted: true,
      ...granted,
      streams: found.leaving ? streams.map(undone) : streams,
      settingsVersion,
    } as const;
    if (found.leaving || ahead?.settingsVersion !== settingsVersion)
      return begun;
    const run = { ...account, runId: granted.runId, system };
    const further = await this.ahead.go(manager, run, streams, ahead);
    return { ...begun, streams: further };
  }
}
