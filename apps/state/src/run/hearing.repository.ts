import { Injectable } from "@nestjs/common";
import type { StreamKind, System } from "@ams-sync/sync-core";
import type { EntityManager } from "typeorm";
import type { AccountKey } from "../wire/read.js";

export interface Heard {
  readonly stream: StreamKind;
  /** The other system stops telling. */
  readonly unwatched: boolean;
}

/** What the other system tells by itself. Needs the account's lock. */
@Injectable()
export class HearingRepository {
  /**
   * The stream is due for a poll, and the account with it, unless a run is under way, whose end sees to it, or it is parked
   * or has to wait. What it tells again changes nothing. Of what is off or being disconnected nobody wants to hear.
   * @returns whether the account may run now and could not before
   */
  async hear(
    manager: EntityManager,
    { tenantId, accountId }: AccountKey,
    system: System,
    { stream, unwatched }: Heard,
  ): Promise<boolean> {
    const rows: { woken: boolean }[] = await manager.query(
      `with marked as (
         update state.stream t set heard_at = clock_timestamp(), 
           unwatched_at = case when $5 then clock_timestamp() else t.unwatched_at end,
           remote_due_at = least(t.remote_due_at, statement_timestamp())
         from state.account a
         where t.tenant_id = $1 and t.account_id = $2 and t.kind = $3 and t.active
           and a.tenant_id = $1 and a.account_id = $2 and a.system = $4 and a.leaving is null
         returning coalesce(a.lease_until > clock_timestamp(), false) as leased
       ), due as (
         update state.schedule s set due_at = greatest(statement_timestamp(), s.not_before) from marked
         where s.tenant_id = $1 and s.account_id = $2 and not s.parked and not marked.leased
           and s.due_at > greatest(statement_timestamp(), s.not_before)
         returning s.due_at <= statement_timestamp() as woken)
       select woken from due`,
      [tenantId, accountId, stream, system, unwatched],
    );
    return rows[0]?.woken === true;
  }
}
