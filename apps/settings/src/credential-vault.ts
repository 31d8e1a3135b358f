import { createHash } from "node:crypto";
import type { AccountRef } from "@ams-sync/contracts";
import { EncryptionKey, Envelope } from "@ams-sync/platform";
import type { System } from "@ams-sync/sync-core";
import type { EntityManager } from "typeorm";

export interface StoredLogin {
  readonly system: System;
  readonly serverUrl: string;
  readonly username: string;
  readonly password: string;
  readonly version: bigint;
  /** Names what is stored: a hash of what it is sealed as, which is another one each time. */
  readonly revision: string;
}

/** What a system gave in place of a password. */
export interface Renewed {
  /** The account's. */
  readonly system: System;
  /** Of what it takes the place of. */
  readonly revision: string;
  readonly password: string;
}

/**
 * Passwords under a data key per tenant, which the master key wraps: the database
 * alone opens none, and without its key row a tenant's passwords are gone for good.
 */
export class CredentialVault {
  /** Names the keys that it opens with, for `npm run keys -- rotate`, which looks for replicas that lack the new one. */
  readonly keyIds: string;

  /** @param nextKey of a rotation: data keys are made under it, those under either open */
  constructor(
    private readonly masterKey: EncryptionKey,
    private readonly nextKey: EncryptionKey = masterKey,
  ) {
    this.keyIds = [...new Set([masterKey.id, nextKey.id])].join(" ");
  }

  /** Replaces what is stored. The caller's transaction names the tenant. */
  async put(
    manager: EntityManager,
    account: AccountRef,
    password: string,
  ): Promise<void> {
    const key = await this.tenantKey(manager, account.tenantId);
    await manager.query(
      `insert into settings.credential (tenant_id, account_id, sealed) values ($1, $2, $3)
       on conflict (tenant_id, account_id) do update set sealed = excluded.sealed`,
      [
        account.tenantId,
        account.accountId,
        Envelope.seal(key, password, belongsTo(account)),
      ],
    );
  }

  /**
   * Replaces what is stored where it still is what `revision` names.
   * @returns the new revision; undefined where something else, or nothing, is stored, or the account is another system's
   */
  async renew(
    manager: EntityManager,
    account: AccountRef,
    { system, revision, password }: Renewed,
  ): Promise<string | undefined> {
    const key = await this.tenantKey(manager, account.tenantId);
    const sealed = Envelope.seal(key, password, belongsTo(account));
    const rows: unknown[] = await manager.query(
      `with renewed as (
         update settings.credential c set sealed = $2 from settings.account a
         where c.account_id = $1 and encode(sha256(convert_to(c.sealed, 'UTF8')), 'hex') = $3
           and a.tenant_id = c.tenant_id and a.account_id = c.account_id and a.system = $4 returning 1)
       select 1 from renewed`,
      [account.accountId, sealed, revision, system],
    );
    return rows.length > 0 ? revisionOf(sealed) : undefined;
  }

  /** The same password for another account; where none is stored, none. @throws DecryptionError */
  async copy(
    manager: EntityManager,
    from: AccountRef,
    to: AccountRef,
  ): Promise<void> {
    const login = await this.login(manager, from);
    if (login) await this.put(manager, to, login.password);
  }

  /** Which of these accounts have a password. */
  async stored(
    manager: EntityManager,
    accountIds: readonly string[],
  ): Promise<ReadonlySet<string>> {
    const rows: { account_id: string }[] = await manager.query(
      `select account_id from settings.credential where account_id = any($1::uuid[])`,
      [accountIds],
    );
    return new Set(rows.map(({ account_id: accountId }) => accountId));
  }

  /** Address, user name, password and version as they stand together; undefined where no password is stored. @throws DecryptionError */
  async login(
    manager: EntityManager,
    account: AccountRef,
  ): Promise<StoredLogin | undefined> {
    // One statement: of two a save could come between, and a password go out with another login's name or address.
    const rows: {
      system: System;
      server_url: string;
      username: string;
      version: string;
      sealed: string;
      wrapped: string;
    }[] = await manager.query(
      `select a.system, a.server_url, a.username, a.version, c.sealed, k.wrapped
       from settings.account a join settings.credential c using (tenant_id, account_id)
         join settings.tenant_key k using (tenant_id)
       where a.account_id = $1`,
      [account.accountId],
    );
    const row = rows[0];
    if (!row) return undefined;
    const key = this.opened(row.wrapped);
    return {
      system: row.system,
      serverUrl: row.server_url,
      username: row.username,
      password: Envelope.open(key, row.sealed, belongsTo(account)).toString(
        "utf8",
      ),
      version: BigInt(row.version),
      revision: revisionOf(row.sealed),
    };
  }

  /** The tenant's key, made at first need; of two that are made at once the first stays. */
  private async tenantKey(
    manager: EntityManager,
    tenantId: string,
  ): Promise<EncryptionKey> {
    await manager.query(
      `insert into settings.tenant_key (tenant_id, wrapped) values ($1, $2) on conflict do nothing`,
      [tenantId, Envelope.wrapKey(this.nextKey, EncryptionKey.generate())],
    );
    // Locked to the end of the transaction: a key that is replaced before the password is stored would open it no more.
    const rows: { wrapped: string }[] = await manager.query(
      `select wrapped from settings.tenant_key where tenant_id = $1 for share`,
      [tenantId],
    );
    const wrapped = rows[0]?.wrapped;
    if (wrapped === undefined)
      throw new Error("the key of the transaction's tenant is not to be seen");
    return this.opened(wrapped);
  }

  private opened(wrapped: string): EncryptionKey {
    const isNext = Envelope.keyIdOf(wrapped) === this.nextKey.id;
    return Envelope.unwrapKey(isNext ? this.nextKey : this.masterKey, wrapped);
  }
}

const revisionOf = (sealed: string): string =>
  createHash("sha256").update(sealed).digest("hex");

/** What a password is sealed for: one that is moved to another row does not open there. */
export const belongsTo = (account: AccountRef): string =>
  `${account.tenantId}/${account.accountId}`;
