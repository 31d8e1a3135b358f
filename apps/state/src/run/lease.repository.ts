import { Injectable } from "@nestjs/common";
import type { System } from "@ams-sync/sync-core";
import type { EntityManager } from "typeorm";
import { Refusal } from "../refusal.js";
import type { AccountKey } from "../wire/read.js";

export interface RunKey extends AccountKey {
  readonly runId: string;
  /** The caller's: a connector holds runs of its own system only. */
  readonly system: System;
}

export type Health = "ok" | "degraded" | "needs-login" | "paused";

export interface LockedAccount {
  readonly system: System;
  readonly health: Health;
  readonly failures: number;
  readonly runId: string | null;
  /** A run holds the account, by the database's clock. */
  readonly leased: boolean;
  readonly settingsVersion: string;
  readonly credentialVersion: string;
  readonly userId: string;
}

export type HeldAccount = Pick<LockedAccount, "failures">;

export interface Grant {
  /** Which replica, for people. */
  readonly worker: string;
  readonly leaseMs: number;
  /** How long the caller's queue leaves a silent worker its job. */
  readonly jobLockMs: number;
}

/**
 * A queue looks for dead workers once in each lock time, and takes a job for running until it has looked three times in
 * vain.
 */
const PASSED_LOCKS = 4;

/** The account's row lock and the lease that is written in it. All times are the database's. */
@Injectable()
export class LeaseRepository {
  /** Locks the account until the transaction ends. undefined: there is none. */
  async lock(
    manager: EntityManager,
    { tenantId, accountId }: AccountKey,
  ): Promise<LockedAccount | undefined> {
    if (!(await this.lockRow(manager, { tenantId, accountId })))
      return undefined;
    // A statement of its own: the clock is to be read after the wait for the lock, not before it.
    const rows: LockedAccount[] = await manager.query(
      `select system, health, failures, run_id as "runId", settings_version as "settingsVersion",
         credential_version as "credentialVersion", user_id as "userId",
         coalesce(lease_until > clock_timestamp(), false) as leased
       from state.account where tenant_id = $1 and account_id = $2`,
      [tenantId, accountId],
    );
    return rows[0];
  }

  /**
   * Locks the account for a call of a run and extends its lease. Until the transaction ends no successor can begin,
   * even if the lease runs out meanwhile.
   * @throws Refusal lease-lost
   */
  async hold(
    manager: EntityManager,
    run: RunKey,
    leaseMs: number,
  ): Promise<HeldAccount> {
    await this.lockRow(manager, run);
    // The clock is read after the wait for the lock.
    const rows: HeldAccount[] = await manager.query(
      `with held as (
         update state.account set lease_until = clock_timestamp() + $3 * interval '1 millisecond'
         where tenant_id = $1 and account_id = $2 and run_id = $4 and system = $5 and lease_until > clock_timestamp()
         returning failures)
       select failures from held`,
      [run.tenantId, run.accountId, leaseMs, run.runId, run.system],
    );
    const [account] = rows;
    if (account === undefined)
      throw new Refusal(
        "lease-lost",
        "The run no longer holds the account; stop it and write nothing more.",
      );
    return account;
  }

  private async lockRow(
    manager: EntityManager,
    { tenantId, accountId }: AccountKey,
  ): Promise<boolean> {
    const locked: unknown[] = await manager.query(
      `select 1 from state.account where tenant_id = $1 and account_id = $2 for update`,
      [tenantId, accountId],
    );
    return locked.length > 0;
  }

  /**
   * Gives the locked account to a new run. What the sweep told before was for this run: what the run leaves undone is
   * told anew. The run before it is dead if it did not end: for a while wake-ups pass by its job.
   * @returns its id
   */
  async grant(
    manager: EntityManager,
    { tenantId, accountId }: AccountKey,
    { worker, leaseMs, jobLockMs }: Grant,
  ): Promise<string> {
    const rows: { run_id: string }[] = await manager.query(
      `with granted as (
         update state.account set run_id = gen_random_uuid(),
           lease_until = clock_timestamp() + $3 * interval '1 millisecond'
         where tenant_id = $1 and account_id = $2
         returning run_id, credential_version
       ), noted as (
         update state.schedule s set last_run_id = granted.run_id, enqueued_at = null,
           passed_run_id = coalesce(s.last_run_id, s.passed_run_id),
           passed_until = case when s.last_run_id is null then s.passed_until
             else clock_timestamp() + $5 * interval '1 millisecond' end
         from granted
         where s.tenant_id = $1 and s.account_id = $2)
       insert into state.run (tenant_id, account_id, run_id, worker, started_at, credential_version)
       select $1, $2, run_id, $4, clock_timestamp(), credential_version from granted returning run_id`,
      [tenantId, accountId, leaseMs, worker, PASSED_LOCKS * jobLockMs],
    );
    const [granted] = rows;
    if (granted === undefined) throw new Error("the account was not locked");
    return granted.run_id;
  }

  /**
   * Nothing can begin before the locked account's lease ends: until then the sweep need not wake anybody. The end of the
   * run says anew when the account is due.
   */
  async postpone(
    manager: EntityManager,
    { tenantId, accountId }: AccountKey,
  ): Promise<void> {
    await manager.query(
      `update state.schedule s set due_at = a.lease_until from state.account a
       where s.tenant_id = $1 and s.account_id = $2 and a.tenant_id = $1 and a.account_id = $2
         and s.due_at < a.lease_until`,
      [tenantId, accountId],
    );
  }

  /**
   * Takes the locked account from the run that holds it, if one does: its next call is refused as after a lost lease, and
   * its job ends. One whose lease is over is dead: wake-ups go on passing by its job.
   * @param why for people
   */
  async revoke(
    manager: EntityManager,
    { tenantId, accountId }: AccountKey,
    why: string,
  ): Promise<void> {
    await manager.query(
      `update state.run r set ended_at = clock_timestamp(), error_kind = 'revoked', error_message = $3
       from state.account a
       where a.tenant_id = $1 and a.account_id = $2
         and r.tenant_id = $1 and r.account_id = $2 and r.run_id = a.run_id`,
      [tenantId, accountId, why],
    );
    await manager.query(
      `update state.schedule s set last_run_id = null from state.account a
       where s.tenant_id = $1 and s.account_id = $2 and a.tenant_id = $1 and a.account_id = $2
         and a.lease_until > clock_timestamp()`,
      [tenantId, accountId],
    );
    await manager.query(
      `update state.account set run_id = null, lease_until = null
       where tenant_id = $1 and account_id = $2 and run_id is not null`,
      [tenantId, accountId],
    );
  }

  /** Whether the run holds the account right now. */
  async isHeld(manager: EntityManager, run: RunKey): Promise<boolean> {
    const rows: { held: boolean }[] = await manager.query(
      `select exists (select from state.account where tenant_id = $1 and account_id = $2 and run_id = $3
         and system = $4 and lease_until > clock_timestamp()) as held`,
      [run.tenantId, run.accountId, run.runId, run.system],
    );
    return rows[0]?.held === true;
  }
}
