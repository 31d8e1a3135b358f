import type { AccountRef } from "@ams-sync/contracts";
import type { EntityManager } from "typeorm";

export interface Announcement {
  readonly account: AccountRef;
  readonly version: bigint;
  readonly credentialChanged: boolean;
}

interface AnnouncementRow {
  readonly tenant_id: string;
  readonly account_id: string;
  readonly version: string;
  readonly credential_changed: boolean;
}

/** What state has yet to hear. Written with the account, struck when state has answered. */
export const announcements = {
  async note(
    manager: EntityManager,
    account: AccountRef,
    what: Omit<Announcement, "account">,
  ): Promise<void> {
    await manager.query(
      `insert into settings.announcement (tenant_id, account_id, version, credential_changed)
       values ($1, $2, $3, $4)
       on conflict (tenant_id, account_id) do update set
         version = excluded.version,
         credential_changed = excluded.credential_changed or settings.announcement.credential_changed`,
      [
        account.tenantId,
        account.accountId,
        what.version.toString(),
        what.credentialChanged,
      ],
    );
  },

  async pending(
    manager: EntityManager,
    limit: number,
  ): Promise<Announcement[]> {
    const rows: AnnouncementRow[] = await manager.query(
      `select tenant_id, account_id, version, credential_changed from settings.announcement
       order by version limit $1`,
      [limit],
    );
    return rows.map((row) => ({
      account: { tenantId: row.tenant_id, accountId: row.account_id },
      version: BigInt(row.version),
      credentialChanged: row.credential_changed,
    }));
  },

  /** Strikes the note unless a newer save replaced it meanwhile. */
  async strike(manager: EntityManager, told: Announcement): Promise<void> {
    await manager.query(
      `delete from settings.announcement where tenant_id = $1 and account_id = $2 and version = $3`,
      [told.account.tenantId, told.account.accountId, told.version.toString()],
    );
  },
};
