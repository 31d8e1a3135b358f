import { Injectable } from "@nestjs/common";
import type { StreamKind, System } from "@ams-sync/sync-core";
import type { EntityManager } from "typeorm";

export interface DueAccount {
  readonly tenantId: string;
  readonly accountId: string;
  readonly system: System;
}

/** Whom a part of the feed concerns. */
export interface Touched {
  readonly streams: readonly StreamKind[];
  /** Users whose accounts take everything in anew, and others' what they send of theirs; "all": every user's. */
  readonly users: "all" | readonly string[];
}

interface LockedRow {
  readonly account_id: string;
  readonly system: System;
  readonly waits: boolean;
}

/** Which accounts a change makes due. Needs the tenant as context and the source's row lock. */
@Injectable()
export class WakeRepository {
  /**
   * Makes the accounts due, in the writer's transaction. Their schedule rows stay locked until it ends: an end of run
   * that comes between either sees the new feed rows or is overruled by `due_at`.
   * @returns those that may run now, without parked ones and those that have to wait (Retry-After)
   */
  async makeDue(
    manager: EntityManager,
    tenantId: string,
    touched: Touched,
  ): Promise<DueAccount[]> {
    const all = touched.users === "all";
    const users = touched.users === "all" ? [] : touched.users;
    const rows: LockedRow[] = await manager.query(
      `with locked as (
         select s.account_id, s.system, coalesce(s.not_before > now(), false) as waits,
           s.due_at > greatest(now(), s.not_before) as stale
         from state.schedule s
         where s.tenant_id = $1 and not s.parked and (
           exists (select from state.stream t where t.tenant_id = $1 and t.account_id = s.account_id and t.active
             and (t.kind = any($2) or $3))
           or exists (select from state.account a where a.tenant_id = $1 and a.account_id = s.account_id
           and (a.user_id = any($4::bigint[]) or a.owner_ids && $4::bigint[])))
         order by s.account_id for update of s
       ), moved as (
         update state.schedule s set due_at = greatest(now(), s.not_before) from locked l
         where s.tenant_id = $1 and s.account_id = l.account_id and l.stale)
       select account_id, system, waits from locked order by account_id`,
      [tenantId, touched.streams, all, users],
    );
    return rows
      .filter((row) => !row.waits)
      .map((row) => ({
        tenantId,
        accountId: row.account_id,
        system: row.system,
      }));
  }

  /**
   * Ends the back-off of the context's tenant, whose database was not known: what its runs failed for is over. What the
   * other system asked for (Retry-After) holds.
   */
  async endBackOff(manager: EntityManager, tenantId: string): Promise<void> {
    await manager.query(
      `with waiting as (
         select s.account_id from state.schedule s
         where s.tenant_id = $1 and s.not_before is not null and not exists (
           select from state.account a where a.tenant_id = $1 and a.account_id = s.account_id
             and a.error_kind = 'throttled')
         order by s.account_id for update of s)
       update state.schedule s set not_before = null from waiting w
       where s.tenant_id = $1 and s.account_id = w.account_id`,
      [tenantId],
    );
  }

  /**
   * Asks for a full intake of all streams of the users, and of appointments where some of them are the users' (R15), parked
   * accounts' too: they are owed it when they wake.
   */
  async wantFull(
    manager: EntityManager,
    tenantId: string,
    users: Touched["users"],
  ): Promise<void> {
    if (users !== "all" && users.length === 0) return;
    await manager.query(
      `update state.stream t set full_wanted = full_wanted + 1
       where t.tenant_id = $1 and ($2 or exists (
         select from state.account a where a.tenant_id = $1 and a.account_id = t.account_id
           and (a.user_id = any($3::bigint[])
             or t.kind = 'appointments' and a.owner_ids && $3::bigint[])))`,
      [tenantId, users === "all", users === "all" ? [] : users],
    );
  }
}
