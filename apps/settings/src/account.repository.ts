import type { EntityManager } from "typeorm";
import type { AccountInput } from "./account-input.js";
import {
  accountFromRow,
  rowFromAccount,
  type AccountRow,
  type Items,
} from "./account-row.js";
import type { Account } from "@ams-sync/contracts";
import type { StreamKind } from "@ams-sync/sync-core";

const SET =
  "tenant_id, account_id, user_id, system, server_url, username, policy, contacts, appointments, version";
const COLUMNS = `${SET}, leaving, former_place_of`;

export interface AccountQuestion {
  readonly userId?: string | undefined;
  readonly system?: string | undefined;
  /** The last account of the page before. */
  readonly after?: string | undefined;
  readonly limit: number;
}

/** Statements on settings.account; the caller's transaction names the tenant. */
export const accounts = {
  async find(
    manager: EntityManager,
    accountId: string,
    lock: "for update" | "" = "",
  ): Promise<Account | undefined> {
    const rows: AccountRow[] = await manager.query(
      `select ${COLUMNS} from settings.account where account_id = $1 ${lock}`,
      [accountId],
    );
    return rows[0] && accountFromRow(rows[0]);
  },

  async list(manager: EntityManager): Promise<Account[]> {
    const rows: AccountRow[] = await manager.query(
      `select ${COLUMNS} from settings.account order by user_id, account_id`,
    );
    return rows.map(accountFromRow);
  },

  async page(
    manager: EntityManager,
    { userId, system, after, limit }: AccountQuestion,
  ): Promise<Account[]> {
    const rows: AccountRow[] = await manager.query(
      `select ${COLUMNS} from settings.account
       where ($1::bigint is null or user_id = $1) and ($2::text is null or system = $2)
         and ($3::uuid is null or account_id > $3)
       order by account_id limit $4`,
      [userId ?? null, system ?? null, after ?? null, limit],
    );
    return rows.map(accountFromRow);
  },

  /** Inserts or replaces; the version rises by one. */
  async put(
    manager: EntityManager,
    account: AccountInput["account"],
    version: bigint,
  ): Promise<Account> {
    const row = rowFromAccount(account);
    const rows: AccountRow[] = await manager.query(
      `insert into settings.account (${SET}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
       on conflict (tenant_id, account_id) do update set
         user_id = excluded.user_id, system = excluded.system, server_url = excluded.server_url,
         username = excluded.username, policy = excluded.policy, contacts = excluded.contacts,
         appointments = excluded.appointments, version = excluded.version
       where settings.account.version = excluded.version - 1
       returning ${COLUMNS}`,
      [
        row.tenant_id,
        row.account_id,
        row.user_id,
        row.system,
        row.server_url,
        row.username,
        row.policy,
        row.contacts && JSON.stringify(row.contacts),
        row.appointments && JSON.stringify(row.appointments),
        version.toString(),
      ],
    );
    const stored = rows[0];
    if (!stored) throw new VersionMoved();
    return accountFromRow(stored);
  },

  /** The next version, of an account that is otherwise as it was. */
  async raise(
    manager: EntityManager,
    accountId: string,
    version: bigint,
  ): Promise<Account> {
    const [rows]: [AccountRow[]] = await manager.query(
      `update settings.account set version = $2 where account_id = $1 and version = $2::bigint - 1
       returning ${COLUMNS}`,
      [accountId, version.toString()],
    );
    const [stored] = rows;
    if (!stored) throw new VersionMoved();
    return accountFromRow(stored);
  },

  /** The next version, of one that is being disconnected from now on. */
  async leave(
    manager: EntityManager,
    accountId: string,
    version: bigint,
    items: Items,
  ): Promise<Account> {
    const [rows]: [AccountRow[]] = await manager.query(
      `update settings.account set version = $2, leaving = $3 where account_id = $1 and version = $2::bigint - 1
       returning ${COLUMNS}`,
      [accountId, version.toString(), items],
    );
    const [stored] = rows;
    if (!stored) throw new VersionMoved();
    return accountFromRow(stored);
  },

  /**
   * What the account is now, as one that is being disconnected: what ams put there goes with the login that is stored now.
   * @param streams whose places these are
   */
  async partAs(
    manager: EntityManager,
    accountId: string,
    formerId: string,
    streams: readonly StreamKind[],
  ): Promise<Account> {
    const rows: AccountRow[] = await manager.query(
      `insert into settings.account (${COLUMNS})
       select tenant_id, $2, user_id, system, server_url, username, policy,
         case when 'contacts' = any($3::text[]) then contacts end,
         case when 'appointments' = any($3::text[]) then appointments end, 1, 'remove', account_id
       from settings.account where account_id = $1
       returning ${COLUMNS}`,
      [accountId, formerId, streams],
    );
    const [stored] = rows;
    if (!stored) throw new VersionMoved();
    return accountFromRow(stored);
  },

  /** Its password goes with it. */
  async end(manager: EntityManager, accountId: string): Promise<void> {
    await manager.query(`delete from settings.account where account_id = $1`, [
      accountId,
    ]);
  },
};

/** Somebody else saved between the reading and the writing. */
export class VersionMoved extends Error {
  override readonly name = "VersionMoved";
}
