import type { Account } from "@ams-sync/contracts";
import type { EntityManager } from "typeorm";
import type { Change } from "./changes.js";

/** Who did it; no user: one of the hoster's tools. */
export interface Author {
  readonly userId: string | null;
  readonly name: string;
}

export interface AuditEntry {
  readonly entryId: string;
  readonly at: string;
  readonly by: Author;
  readonly accountId: string;
  readonly userId: string;
  readonly action: string;
  readonly changes: readonly Change[];
}

interface Row {
  readonly entry_id: string;
  readonly at: Date;
  readonly by_user_id: string | null;
  readonly by_name: string;
  readonly account_id: string;
  readonly user_id: string;
  readonly action: string;
  readonly changes: readonly Change[];
}

export interface AuditQuestion {
  readonly userId?: string | undefined;
  readonly accountId?: string | undefined;
  readonly limit: number;
  /** The last entry of the page before. */
  readonly after?: string | undefined;
}

/** Another replica may put the tenant back between two statements: the older time stays, so that nothing is kept too long. */
const OR_OLDER = `on conflict (tenant_id) do update set oldest_at = least(audited_tenant.oldest_at, excluded.oldest_at)`;

/** settings.audit_entry; the caller's transaction names the tenant. */
export const audit = {
  async write(
    manager: EntityManager,
    entry: {
      readonly author: Author;
      readonly account: Account;
      readonly action: "created" | "changed" | "disconnected" | "ended";
      readonly changes: readonly Change[];
    },
  ): Promise<void> {
    const { author, account, action, changes } = entry;
    const ref = account.account;
    if (ref === undefined) throw new TypeError("an account without its name");
    await manager.query(
      `insert into settings.audit_entry (tenant_id, by_user_id, by_name, account_id, user_id, action, changes)
       values ($1, $2, $3, $4, $5, $6, $7)`,
      [
        ...[ref.tenantId, author.userId, author.name, ref.accountId],
        ...[account.userId, action, JSON.stringify(changes)],
      ],
    );
    // Which tenants have entries is all that the sweep may see of all tenants.
    await manager.query(
      `insert into settings.audited_tenant (tenant_id, oldest_at) values ($1, now()) ${OR_OLDER}`,
      [ref.tenantId],
    );
  },

  /** Newest first. */
  async list(
    manager: EntityManager,
    { userId, accountId, limit, after }: AuditQuestion,
  ): Promise<AuditEntry[]> {
    const rows: Row[] = await manager.query(
      `select entry_id, at, by_user_id, by_name, account_id, user_id, action, changes
       from settings.audit_entry
       where ($1::bigint is null or user_id = $1) and ($2::uuid is null or account_id = $2)
         and ($3::bigint is null or entry_id < $3)
       order by entry_id desc limit $4`,
      [userId ?? null, accountId ?? null, after ?? null, limit],
    );
    return rows.map((row) => ({
      entryId: row.entry_id,
      at: row.at.toISOString(),
      by: { userId: row.by_user_id, name: row.by_name },
      accountId: row.account_id,
      userId: row.user_id,
      action: row.action,
      changes: row.changes,
    }));
  },

  /** Tenants that have something older than this. */
  async due(manager: EntityManager, before: Date): Promise<string[]> {
    const rows: { tenant_id: string }[] = await manager.query(
      `select tenant_id from settings.audited_tenant where oldest_at < $1 order by oldest_at`,
      [before],
    );
    return rows.map(({ tenant_id: tenantId }) => tenantId);
  },

  /**
   * One batch of the tenant's; none while another replica is about it. A lock of its own, as nobody may update entries
   * and so nobody may lock them one by one.
   * @returns how many there were
   */
  async expire(
    manager: EntityManager,
    tenantId: string,
    before: Date,
    limit: number,
  ): Promise<number> {
    const [lock]: { taken: boolean }[] = await manager.query(
      `select pg_try_advisory_xact_lock(hashtextextended('ams-sync audit ' || $1, 0)) as taken`,
      [tenantId],
    );
    if (lock?.taken !== true) return 0;
    const [, count]: [unknown, number] = await manager.query(
      `delete from settings.audit_entry where tenant_id = $1 and entry_id in (
         select entry_id from settings.audit_entry where tenant_id = $1 and at < $2 order by at limit $3)`,
      [tenantId, before, limit],
    );
    return count;
  },

  /** Notes which entry is the tenant's oldest now, if there is one. */
  async expired(manager: EntityManager, tenantId: string): Promise<void> {
    await manager.query(
      `delete from settings.audited_tenant where tenant_id = $1`,
      [tenantId],
    );
    await manager.query(
      `insert into settings.audited_tenant
       select tenant_id, min(at) from settings.audit_entry group by tenant_id ${OR_OLDER}`,
    );
  },
};
