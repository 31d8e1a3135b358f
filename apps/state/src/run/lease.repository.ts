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
  /** It is being disconnected. */
  readonly leaving: "remove" | "leave" | null;
}

export type HeldAccount = Pick<LockedAccount, "failures">;

/** An account that somebody wants to run. */
export type Candidate = Pick<
  LockedAccount,
  "system" | "leased" | "settingsVersion" | "leaving"
> & {
  /** Something is to be done, and may be done now. */
  readonly due: boolean;
};

export interface Grant {
  /** Which replica, for people. */
  readonly worker: string;
  readonly leaseMs: number;
  /** How long the caller's queue leaves a silent worker its job. */
  readonly jobLockMs: number;
}

export interface Granted {
  readonly runId: string;
  /** The ams database that the tenant lives in; null: none has sent a row of it yet. */
  readonly source: string | null;
  /** Which database that is, as its capture told. */
  readonly sourceIdentity: string | null;
}

/**
 * A queue looks for dead workers once in each lock time, and takes a job for running until it has looked three times in
 * vain.
 */
const PASSED_LOCKS = 4;

/**
 * Locks the account until the transaction ends, in the transaction that it opens. A statement of its own: whatever reads the clock comes
 * after the wait for the lock.
 */
export const lockOf = ({ tenantId, accountId }: AccountKey): string =>
  `select 1 from state.account where tenant_id = '${plain(tenantId)}' and account_id = '${plain(accountId)}' for update`;

const plain = (id: string): string => {
  if (/^[0-9a-f-]{36}$/i.test(id)) return id;
  throw new TypeError("an account is named by UUIDs");
};

/** The account's row lock and the lease that is written in it. All times are the database's. */
@Injectable()
export class LeaseRepository {
  /** Locks the account until the transaction ends. undefined: there is none. */
  async lock(
    manager: EntityManager,
    { tenantId, accountId }: AccountKey,
  ): Promise<LockedAccount | undefined> {
    await manager.query(lockOf({ tenantId, accountId }));
    // A statement of its own: the clock is to be read after the wait for the lock, not before it.
    const rows: LockedAccount[] = await manager.query(
      `select system, health, failures, run_id as "runId", settings_version as "settingsVersion",
         credential_version as "credentialVersion", user_id as "userId", leaving,
         coalesce(lease_until > clock_timestamp(), false) as leased
       from state.account where tenant_id = $1 and account_id = $2`,
      [tenantId, accountId],
    );
    return rows[0];
  }

  /**
   * Extends the lease of the run that holds the locked account. Until the transaction ends no successor can begin, even
   * if the lease runs out meanwhile.
   * @param results that the run is about to store: it gets on
   * @throws Refusal lease-lost
   */
  async hold(
    manager: EntityManager,
    run: RunKey,
    leaseMs: number,
    results = 0,
  ): Promise<HeldAccount> {
    const rows: HeldAccount[] = await manager.query(
      `with held as (
         update state.account set lease_until = clock_timestamp() + $3 * interval '1 millisecond'
         where tenant_id = $1 and account_id = $2 and run_id = $4 and system = $5 and lease_until > clock_timestamp()
         returning failures
       ), counted as (
         update state.run r set results = r.results + $6 from held
         where r.tenant_id = $1 and r.account_id = $2 and r.run_id = $4 and $6 > 0)
       select failures from held`,
      [run.tenantId, run.accountId, leaseMs, run.runId, run.system, results],
    );
    const [account] = rows;
    if (account === undefined)
      throw new Refusal(
        "lease-lost",
        "The run no longer holds the account; stop it and write nothing more.",
      );
    return account;
  }

  /** The locked account, with its place in the schedule, for who wants to begin a run. undefined: there is none. */
  async candidate(
    manager: EntityManager,
    { tenantId, accountId }: AccountKey,
  ): Promise<Candidate | undefined> {
    const rows: Candidate[] = await manager.query(
      `select a.system, a.settings_version as "settingsVersion", a.leaving,
         coalesce(a.lease_until > clock_timestamp(), false) as leased,
         not s.parked and s.due_at <= clock_timestamp() as due
       from state.account a join state.schedule s using (tenant_id, account_id)
       where a.tenant_id = $1 and a.account_id = $2 for update of s`,
      [tenantId, accountId],
    );
    return rows[0];
  }

  /**
   * Gives the locked account to a new run. What the sweep told before was for this run: what the run leaves undone is
   * told anew. The run before it is dead if it did not end: for a while wake-ups pass by its job. If this run dies, the
   * sweep finds the account again as soon as a successor may begin.
   */
  async grant(
    manager: EntityManager,
    { tenantId, accountId }: AccountKey,
    { worker, leaseMs, jobLockMs }: Grant,
  ): Promise<Granted> {
    const rows: Granted[] = await manager.query(
      `with granted as (
         update state.account set run_id = gen_random_uuid(),
           lease_until = clock_timestamp() + $3 * interval '1 millisecond'
         where tenant_id = $1 and account_id = $2
         returning run_id, credential_version, lease_until
       ), noted as (
         update state.schedule s set last_run_id = granted.run_id, enqueued_at = null, due_at = granted.lease_until,
           passed_run_id = coalesce(s.last_run_id, s.passed_run_id),
           passed_until = case when s.last_run_id is null then s.passed_until
             else clock_timestamp() + $5 * interval '1 millisecond' end
         from granted
         where s.tenant_id = $1 and s.account_id = $2
       ), begun as (
         insert into state.run (tenant_id, account_id, run_id, worker, started_at, credential_version)
         select $1, $2, run_id, $4, clock_timestamp(), credential_version from granted returning run_id)
       select b.run_id as "runId", src.name as source, src.system_identifier as "sourceIdentity"
       from begun b left join state.tenant t on t.tenant_id = $1 left join state.source src on src.name = t.source`,
      [tenantId, accountId, leaseMs, worker, PASSED_LOCKS * jobLockMs],
    );
    const [granted] = rows;
    if (granted === undefined) throw new Error("the account was not locked");
    return granted;
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

  /**
   * The same, but the lease stays until it is over, as nobody's: what the run had begun is over by then, too, and only then
   * another one begins.
   */
  async fence(
    manager: EntityManager,
    account: AccountKey,
    why: string,
  ): Promise<void> {
    const { tenantId, accountId } = account;
    const rows: { lease_until: string }[] = await manager.query(
      `select lease_until::text from state.account
       where tenant_id = $1 and account_id = $2 and lease_until > clock_timestamp()`,
      [tenantId, accountId],
    );
    await this.revoke(manager, account, why);
    const [lease] = rows;
    if (lease !== undefined)
      await manager.query(
        `update state.account set run_id = gen_random_uuid(), lease_until = $3::timestamptz
         where tenant_id = $1 and account_id = $2`,
        [tenantId, accountId, lease.lease_until],
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
