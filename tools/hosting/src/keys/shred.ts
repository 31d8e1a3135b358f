import { asTenant, transaction, type Database } from "../database.js";

export type Shredded =
  | { readonly ok: true; readonly logins: number }
  | {
      readonly ok: false;
      readonly kind: "nothing-stored" | "busy";
      readonly message: string;
    };

/** foreign_key_violation: somebody stored a password between the two deletions. */
const STORED_MEANWHILE = "23503";
const TRIES = 5;

/** How many logins of the tenant are stored. */
export const storedLogins = async (
  database: Database,
  tenantId: string,
): Promise<number> =>
  transaction(database, asTenant(tenantId), async () => {
    const { rows } = await database.query<{ count: number }>(
      "select count(*)::int as count from settings.credential where tenant_id = $1",
      [tenantId],
    );
    return rows[0]?.count ?? 0;
  });

/**
 * Destroys the tenant's data key and what it sealed, in one transaction. state is told of each account as of a new login:
 * the run that follows finds no password, and the account waits as `needs-login`.
 * @param database as a member of ams_sync_tenants
 */
export const shred = async (
  database: Database,
  tenantId: string,
): Promise<Shredded> => {
  for (let turn = 1; turn <= TRIES; turn += 1)
    try {
      return await transaction(database, asTenant(tenantId), () =>
        destroy(database, tenantId),
      );
    } catch (error) {
      if (!isCode(error, STORED_MEANWHILE)) throw error;
    }
  return {
    ok: false,
    kind: "busy",
    message:
      "Nothing was destroyed: users of this tenant are storing passwords right now. Run this again in a minute.",
  };
};

const destroy = async (
  database: Database,
  tenantId: string,
): Promise<Shredded> => {
  // In the order in which a save takes them.
  await database.query(
    "select 1 from settings.account where tenant_id = $1 order by account_id for update",
    [tenantId],
  );
  const gone = await database.query<{ account_id: string }>(
    "delete from settings.credential where tenant_id = $1 returning account_id",
    [tenantId],
  );
  const key = await database.query(
    "delete from settings.tenant_key where tenant_id = $1",
    [tenantId],
  );
  if (key.rowCount === 0)
    return {
      ok: false,
      kind: "nothing-stored",
      message: `Tenant ${tenantId} has no data key here, so no login of it is stored. Check the id.`,
    };
  const accounts = gone.rows.map((row) => row.account_id);
  await database.query(
    `with raised as (
       update settings.account set version = version + 1 where tenant_id = $1 and account_id = any($2)
       returning tenant_id, account_id, user_id, version
     ), noted as (
       insert into settings.audit_entry (tenant_id, by_name, account_id, user_id, action, changes)
       select tenant_id, 'ams-sync hosting', account_id, user_id, 'changed', '[{"pointer":"/password","from":null,"to":null}]'
       from raised)
     insert into settings.announcement as a (tenant_id, account_id, version, credential_changed, moved_streams)
     select tenant_id, account_id, version, true, '{}' from raised
     on conflict (tenant_id, account_id) do update set version = excluded.version, credential_changed = true`,
    [tenantId, accounts],
  );
  await database.query(
    `insert into settings.audited_tenant (tenant_id, oldest_at)
     select tenant_id, min(at) from settings.audit_entry where tenant_id = $1 group by tenant_id
     on conflict (tenant_id) do update set oldest_at = least(audited_tenant.oldest_at, excluded.oldest_at)`,
    [tenantId],
  );
  return { ok: true, logins: accounts.length };
};

const isCode = (error: unknown, code: string): boolean =>
  error instanceof Error && "code" in error && error.code === code;
