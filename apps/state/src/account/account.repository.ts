import { Injectable } from "@nestjs/common";
import type { StreamKind, System } from "@ams-sync/sync-core";
import type { EntityManager } from "typeorm";
import { TargetRepository } from "../run/target.repository.js";
import { TrialRepository } from "../run/trial.repository.js";
import type { AccountKey } from "../wire/read.js";

/** Older than every version that settings gives. */
const NEVER = -1;

/** All but `makeKnown` need the account's lock. */
@Injectable()
export class AccountRepository {
  constructor(
    private readonly targets: TargetRepository,
    private readonly trials: TrialRepository,
  ) {}

  /** Makes the account and its place in the schedule, parked and without streams, unless it is there. */
  async makeKnown(
    manager: EntityManager,
    { tenantId, accountId }: AccountKey,
    userId: string,
    system: System,
  ): Promise<void> {
    await manager.query(
      `with made as (
         insert into state.account (tenant_id, account_id, user_id, system, settings_version, credential_version)
         values ($1, $2, $3, $4, $5, $5) on conflict (tenant_id, account_id) do nothing
         returning tenant_id, account_id, system)
       insert into state.schedule (tenant_id, account_id, system, due_at, parked)
       select tenant_id, account_id, system, now(), true from made`,
      [tenantId, accountId, userId, system, NEVER],
    );
  }

  /** @param renewed a credential or address was saved: what went wrong with the old one is over */
  async update(
    manager: EntityManager,
    { tenantId, accountId }: AccountKey,
    to: {
      readonly settingsVersion: bigint;
      readonly credentialVersion: bigint;
      readonly renewed: boolean;
    },
  ): Promise<void> {
    await manager.query(
      `update state.account set settings_version = $3, credential_version = $4,
         health = case when $5 and health <> 'paused' then 'ok' else health end,
         error_kind = case when $5 then null else error_kind end,
         error_message = case when $5 then null else error_message end,
         failures = case when $5 then 0 else failures end,
         known_at = case when $5 then now() else known_at end
       where tenant_id = $1 and account_id = $2`,
      [
        tenantId,
        accountId,
        to.settingsVersion.toString(),
        to.credentialVersion.toString(),
        to.renewed,
      ],
    );
  }

  async noteOwners(
    manager: EntityManager,
    { tenantId, accountId }: AccountKey,
    ownerIds: readonly string[],
  ): Promise<void> {
    await manager.query(
      `update state.account set owner_ids = $3 where tenant_id = $1 and account_id = $2`,
      [tenantId, accountId, ownerIds],
    );
  }

  /**
   * The locked account is paused while none of its streams is on: nothing is sent, so that nothing fails and nobody need
   * do anything. With the first one that is on again it begins anew.
   */
  async pause(
    manager: EntityManager,
    { tenantId, accountId }: AccountKey,
  ): Promise<void> {
    await manager.query(
      `update state.account a set health = case when s.works then 'ok' else 'paused' end,
         error_kind = null, error_message = null, failures = 0
       from (select exists (select from state.stream
         where tenant_id = $1 and account_id = $2 and active) as works) s
       where a.tenant_id = $1 and a.account_id = $2 and (a.health = 'paused') = s.works`,
      [tenantId, accountId],
    );
  }

  /** Whose account it is; "" where there is none. */
  async ownerOf(
    manager: EntityManager,
    { tenantId, accountId }: AccountKey,
  ): Promise<string> {
    const rows: { userId: string }[] = await manager.query(
      `select user_id as "userId" from state.account where tenant_id = $1 and account_id = $2`,
      [tenantId, accountId],
    );
    return rows[0]?.userId ?? "";
  }

  async lockSchedule(
    manager: EntityManager,
    { tenantId, accountId }: AccountKey,
  ): Promise<void> {
    await manager.query(
      `select 1 from state.schedule where tenant_id = $1 and account_id = $2 for update`,
      [tenantId, accountId],
    );
  }

  /**
   * Turns a stream on or off. What is on owes a full intake: its options may have changed. Links are kept either way; the
   * container of a stream that is off is free for others.
   * @param preview somebody is to see what it comes to; where one is open it is planned anew in any case
   * @returns whether it was on and is off now
   */
  async switchStream(
    manager: EntityManager,
    { tenantId, accountId }: AccountKey,
    kind: StreamKind,
    on: boolean,
    { pollMs, preview }: { readonly pollMs: number; readonly preview: boolean },
  ): Promise<boolean> {
    if (!on) {
      const off: unknown[] = await manager.query(
        `with off as (
           update state.stream set active = false, preview = null
           where tenant_id = $1 and account_id = $2 and kind = $3 and active returning 1)
         select 1 from off`,
        [tenantId, accountId, kind],
      );
      await this.trials.planAnew(manager, { tenantId, accountId }, kind);
      await this.targets.free(manager, { tenantId, accountId }, kind);
      return off.length > 0;
    }
    // While none was on, nothing could succeed: that time says nothing of what is wrong.
    await manager.query(
      `update state.account set known_at = now() where tenant_id = $1 and account_id = $2
         and not exists (select from state.stream where tenant_id = $1 and account_id = $2 and active)`,
      [tenantId, accountId],
    );
    await manager.query(
      `insert into state.stream as t (tenant_id, account_id, kind, active, remote_due_at, poll_ms, preview)
       values ($1, $2, $3, true, now(), $4, case when $5 then 'first' end)
       on conflict (tenant_id, account_id, kind) do update set
         full_wanted = t.full_wanted + 1, active = true,
         remote_due_at = case when t.active then t.remote_due_at else now() end`,
      [tenantId, accountId, kind, pollMs, preview],
    );
    await manager.query(
      `insert into state.stream_count (tenant_id, account_id, kind) values ($1, $2, $3)
       on conflict (tenant_id, account_id, kind) do nothing`,
      [tenantId, accountId, kind],
    );
    await this.trials.begin(manager, { tenantId, accountId }, kind, preview);
    return false;
  }

  /** Makes the locked account due, unless it waits for a login or is paused. */
  async reschedule(
    manager: EntityManager,
    { tenantId, accountId }: AccountKey,
    renewed: boolean,
  ): Promise<void> {
    await manager.query(
      `update state.schedule s set
         not_before = case when $3 then null else s.not_before end,
         due_at = case when $3 then now() else greatest(now(), s.not_before) end,
         parked = (select a.health in ('needs-login', 'paused') from state.account a
             where a.tenant_id = $1 and a.account_id = $2)
       where s.tenant_id = $1 and s.account_id = $2`,
      [tenantId, accountId, renewed],
    );
  }

  /** Somebody has answered something: the locked account is due, unless it is parked or has to wait. */
  async makeDue(
    manager: EntityManager,
    { tenantId, accountId }: AccountKey,
  ): Promise<void> {
    await manager.query(
      `update state.schedule set due_at = greatest(now(), not_before)
       where tenant_id = $1 and account_id = $2 and not parked`,
      [tenantId, accountId],
    );
  }

  /**
   * "Jetzt synchronisieren": both sides are asked, unless the locked account is parked or has to wait.
   * @returns when it is due; null: it is parked
   */
  async askNow(
    manager: EntityManager,
    account: AccountKey,
  ): Promise<Date | null> {
    const { tenantId, accountId } = account;
    await this.lockSchedule(manager, account);
    await manager.query(
      `update state.stream set remote_due_at = now()
       where tenant_id = $1 and account_id = $2 and active and remote_due_at > now()`,
      [tenantId, accountId],
    );
    await this.makeDue(manager, account);
    const [row]: { dueAt: Date | null }[] = await manager.query(
      `select case when not parked then due_at end as "dueAt" from state.schedule
       where tenant_id = $1 and account_id = $2`,
      [tenantId, accountId],
    );
    return row?.dueAt ?? null;
  }

  /**
   * "Zurücksetzen": everything is taken in anew and compared with what is there.
   * @returns false when there is no such stream
   */
  async reset(
    manager: EntityManager,
    { tenantId, accountId }: AccountKey,
    kind: StreamKind,
    preview = false,
  ): Promise<boolean> {
    await this.lockSchedule(manager, { tenantId, accountId });
    if (
      !(await this.targets.forget(
        manager,
        { tenantId, accountId },
        kind,
        "reset",
      ))
    )
      return false;
    await this.trials.begin(manager, { tenantId, accountId }, kind, preview);
    await this.makeDue(manager, { tenantId, accountId });
    return true;
  }
}
