import { Inject, Injectable } from "@nestjs/common";
import type { StreamKind, System } from "@ams-sync/sync-core";
import type { EntityManager } from "typeorm";
import { STATE_CONFIG, type StateConfig } from "../config.js";
import type { AccountKey } from "../wire/read.js";
import { LeaseRepository, type Grant } from "./lease.repository.js";

export type Begun =
  | { readonly granted: false; readonly refusal: "busy" | "unknown" | "parked" }
  | {
      readonly granted: true;
      readonly runId: string;
      readonly streams: readonly BegunStream[];
      readonly settingsVersion: bigint;
      /** The ams database that the tenant lives in; null: none has sent a row of it yet. */
      readonly source: string | null;
      /** Which database that is, as its capture told. */
      readonly sourceIdentity: string | null;
    };

export interface BegunStream {
  readonly kind: StreamKind;
  /** Null until bound, and where a stream that was off has given it up: then it is looked for and claimed anew. */
  readonly container: string | null;
  readonly remoteToken: string | null;
  readonly remoteDue: boolean;
  readonly full: boolean;
  /** The other side has not been listed whole yet. */
  readonly listing: boolean;
  /** Null until bound. */
  readonly boundAt: Date | null;
  /** A count of 64 bits. */
  readonly unlinked: string;
}

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

/** Gives an account to a run. Works inside the given transaction; locks the account, then its schedule row. */
@Injectable()
export class Begin {
  constructor(
    private readonly leases: LeaseRepository,
    @Inject(STATE_CONFIG) private readonly config: StateConfig,
  ) {}

  async begin(
    manager: EntityManager,
    account: AccountKey,
    system: System,
    caller: Omit<Grant, "leaseMs">,
  ): Promise<Begun> {
    const locked = await this.leases.lock(manager, account);
    if (locked === undefined || locked.system !== system)
      return refused("unknown");
    if (locked.leased) {
      await this.leases.postpone(manager, account);
      return refused("busy");
    }
    const key = [account.tenantId, account.accountId];
    const schedule: unknown[] = await manager.query(
      `select 1 from state.schedule
       where tenant_id = $1 and account_id = $2 and not parked and due_at <= clock_timestamp() for update`,
      key,
    );
    if (schedule.length === 0) return refused("parked");
    const runId = await this.leases.grant(manager, account, {
      ...caller,
      leaseMs: this.config.LEASE_MS,
    });
    // If this run dies, the sweep finds the account again as soon as a successor may begin.
    const home: { source: string; identity: string }[] = await manager.query(
      `with scheduled as (
         update state.schedule s set due_at = a.lease_until from state.account a
         where s.tenant_id = $1 and s.account_id = $2 and a.tenant_id = $1 and a.account_id = $2)
       select t.source, src.system_identifier as identity
       from state.tenant t join state.source src on src.name = t.source where t.tenant_id = $1`,
      key,
    );
    const streams: BegunStream[] = await manager.query(
      `with told as (
         update state.stream set polling = remote_due_at <= statement_timestamp() or not listed, remote_seen = null,
           full_wanted = full_wanted + ${AUDIT}, full_told = full_wanted + ${AUDIT}
         where tenant_id = $1 and account_id = $2 and active
         returning tenant_id, kind, container, remote_token, polling, full_wanted, full_done, feed_epoch, listed, bound_at)
       select t.kind, case when c.address is not null then t.container end as container,
         t.remote_token as "remoteToken", t.polling as "remoteDue",
         t.full_wanted > t.full_done or t.feed_epoch is null or t.feed_epoch is distinct from src.epoch as full,
         not t.listed as listing, case when c.address is not null then t.bound_at end as "boundAt",
         coalesce(n.unlinked, 0) as unlinked
       from told t
         left join state.tenant te using (tenant_id) left join state.source src on src.name = te.source
         left join state.stream_count n on n.tenant_id = $1 and n.account_id = $2 and n.kind = t.kind
         left join state.container c on c.tenant_id = $1 and c.account_id = $2 and c.kind = t.kind
       order by t.kind desc`,
      key,
    );
    return {
      granted: true,
      runId,
      streams,
      settingsVersion: BigInt(locked.settingsVersion),
      source: home[0]?.source ?? null,
      sourceIdentity: home[0]?.identity ?? null,
    };
  }
}
