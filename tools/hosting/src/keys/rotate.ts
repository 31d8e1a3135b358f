import { EncryptionKey, Envelope, DecryptionError } from "@ams-sync/platform";
import { belongsTo } from "@ams-sync/settings/vault";
import { transaction, type Database } from "../database.js";

export interface Rotation {
  /** As a member of ams_sync_keys. */
  readonly database: Database;
  /** The master key until now. */
  readonly from: EncryptionKey;
  /** The one to be; the same, where only data keys are to be new. */
  readonly to: EncryptionKey;
  /** Also gives every tenant a new data key, and seals its logins anew. */
  readonly data: boolean;
  readonly onProgress: (done: number, all: number) => void;
  readonly signal: AbortSignal;
}

export type Rotated =
  | {
      readonly ok: true;
      readonly tenants: number;
      /** Whose key was wrapped anew, this time. */
      readonly changed: number;
      /** Opened, each, at the end. */
      readonly logins: number;
    }
  | {
      readonly ok: false;
      readonly kind: "replicas-lack-key" | "not-opened" | "broken-off";
      readonly message: string;
    };

const PAGE = 200;
/** Tenants that are made meanwhile by a replica that had just begun. */
const PASSES = 5;

/**
 * Wraps every tenant's data key with the new master key, one transaction each: killed at any point, what was done stays
 * done, and the next call goes on. Then opens every login that is stored.
 */
export const rotate = async (rotation: Rotation): Promise<Rotated> => {
  const { database, to } = rotation;
  const lacking = await replicasWithout(database, to);
  if (lacking > 0)
    return {
      ok: false,
      kind: "replicas-lack-key",
      message: `Nothing was changed: ${lacking} connections of settings do not know the new key ${to.id}, and could open nothing that it wraps. Name its file to every replica in MASTER_KEY_NEXT_FILE, restart them, and run this again.`,
    };
  const bad = new Map<string, string>();
  const all = await countTenants(database);
  let changed = 0;
  for (let pass = 0; pass < PASSES; pass += 1) {
    let done = 0;
    let left = 0;
    for await (const tenantId of tenantsOf(database)) {
      if (rotation.signal.aborted) return brokenOff;
      if (pass === 0 || !(await isUnder(database, tenantId, to)))
        try {
          if (await renew(rotation, tenantId)) changed += 1;
        } catch (error) {
          if (!(error instanceof DecryptionError)) throw error;
          bad.set(`the key of tenant ${tenantId}`, error.message);
          left += 1;
        }
      done += 1;
      rotation.onProgress(Math.min(done, all), 2 * all);
    }
    if ((await countNotUnder(database, to)) <= left) break;
  }
  let tenants = 0;
  let logins = 0;
  for await (const tenantId of tenantsOf(database)) {
    if (rotation.signal.aborted) return brokenOff;
    logins += await verify(rotation, tenantId, bad);
    tenants += 1;
    rotation.onProgress(Math.min(all + tenants, 2 * all), 2 * all);
  }
  if (bad.size > 0)
    return { ok: false, kind: "not-opened", message: sentenceOf(bad) };
  return { ok: true, tenants, changed, logins };
};

const brokenOff: Rotated = {
  ok: false,
  kind: "broken-off",
  message:
    "Broken off. What was done stays done, and both keys are needed until it is finished: run the same command again.",
};

const sentenceOf = (bad: ReadonlyMap<string, string>): string => {
  const lines = [...bad].map(([what, why]) => `  ${what}: ${why}`);
  return [
    `Not finished: ${bad.size} of what is stored cannot be opened, with the old key as little as with the new one. All else is done.`,
    ...lines.slice(0, 20),
    ...(lines.length > 20 ? [`  and ${lines.length - 20} more`] : []),
    "Keep the old master key. Name the one that they are under as MASTER_KEY_FILE and run this again, or shred these tenants: their users then enter their passwords anew.",
  ].join("\n");
};

/** Every replica's connections carry the ids of the keys that it knows; one of an older release carries none. */
const replicasWithout = async (
  database: Database,
  key: EncryptionKey,
): Promise<number> => {
  const { rows } = await database.query<{ count: number }>(
    `select count(*)::int as count from pg_stat_activity
     where datname = current_database() and application_name ~ '^settings( keys .*)?$'
       and position($1 in application_name) = 0`,
    [key.id],
  );
  return rows[0]?.count ?? 0;
};

const countTenants = async (database: Database): Promise<number> => {
  const { rows } = await database.query<{ count: number }>(
    "select count(*)::int as count from settings.tenant_key",
  );
  return rows[0]?.count ?? 0;
};

const countNotUnder = async (
  database: Database,
  { id }: EncryptionKey,
): Promise<number> => {
  const { rows } = await database.query<{ count: number }>(
    "select count(*)::int as count from settings.tenant_key where split_part(wrapped, '.', 2) <> $1",
    [id],
  );
  return rows[0]?.count ?? 0;
};

const isUnder = async (
  database: Database,
  tenantId: string,
  { id }: EncryptionKey,
): Promise<boolean> => {
  const { rows } = await database.query<{ wrapped: string }>(
    "select wrapped from settings.tenant_key where tenant_id = $1",
    [tenantId],
  );
  return rows[0] === undefined || Envelope.keyIdOf(rows[0].wrapped) === id;
};

/** A page at a time; what is added behind it comes too. */
async function* tenantsOf(database: Database): AsyncGenerator<string> {
  for (let after: string | undefined, more = true; more;) {
    const { rows } = await database.query<{ tenant_id: string }>(
      `select tenant_id from settings.tenant_key where $1::uuid is null or tenant_id > $1
       order by tenant_id limit $2`,
      [after ?? null, PAGE],
    );
    for (const row of rows) yield row.tenant_id;
    after = rows.at(-1)?.tenant_id;
    more = rows.length === PAGE;
  }
}

const unwrapped = ({ from, to }: Rotation, wrapped: string): EncryptionKey =>
  Envelope.unwrapKey(Envelope.keyIdOf(wrapped) === to.id ? to : from, wrapped);

/** @returns whether there was anything to do @throws DecryptionError */
const renew = (rotation: Rotation, tenantId: string): Promise<boolean> => {
  const { database, to, data } = rotation;
  return transaction(database, "", async () => {
    // Who is storing a password holds this row, and waits for it.
    const { rows } = await database.query<{ wrapped: string }>(
      "select wrapped from settings.tenant_key where tenant_id = $1 for update",
      [tenantId],
    );
    const [row] = rows;
    // Shredded meanwhile.
    if (row === undefined) return false;
    if (!data && Envelope.keyIdOf(row.wrapped) === to.id) return false;
    const old = unwrapped(rotation, row.wrapped);
    const key = data ? await sealAnew(database, tenantId, old) : old;
    await database.query(
      "update settings.tenant_key set wrapped = $2 where tenant_id = $1",
      [tenantId, Envelope.wrapKey(to, key)],
    );
    return true;
  });
};

/** @returns the new data key; the old one where a login is damaged, as what cannot be opened could not be sealed anew */
const sealAnew = async (
  database: Database,
  tenantId: string,
  old: EncryptionKey,
): Promise<EncryptionKey> => {
  const key = EncryptionKey.generate();
  const { rows } = await database.query<Sealed>(
    "select account_id, sealed from settings.credential where tenant_id = $1",
    [tenantId],
  );
  try {
    const anew = rows.map(({ account_id: accountId, sealed }) => {
      const aad = belongsTo({ tenantId, accountId });
      return Envelope.seal(key, Envelope.open(old, sealed, aad), aad);
    });
    await database.query(
      `update settings.credential c set sealed = n.sealed from unnest($2::uuid[], $3::text[]) as n (account_id, sealed)
       where c.tenant_id = $1 and c.account_id = n.account_id`,
      [tenantId, rows.map((row) => row.account_id), anew],
    );
    return key;
  } catch (error) {
    // Said when all logins are opened at the end.
    if (error instanceof DecryptionError) return old;
    throw error;
  }
};

interface Sealed {
  readonly account_id: string;
  readonly sealed: string;
}

/** @returns how many logins of the tenant open with the new master key */
const verify = async (
  { database, to }: Rotation,
  tenantId: string,
  bad: Map<string, string>,
): Promise<number> => {
  // One statement: key and logins as they stand together.
  const { rows } = await database.query<
    { wrapped: string } & { [name in keyof Sealed]: Sealed[name] | null }
  >(
    `select k.wrapped, c.account_id, c.sealed
     from settings.tenant_key k left join settings.credential c using (tenant_id) where tenant_id = $1`,
    [tenantId],
  );
  let opened = 0;
  for (const { wrapped, account_id: accountId, sealed } of rows)
    try {
      const key = Envelope.unwrapKey(to, wrapped);
      if (accountId === null || sealed === null) continue;
      Envelope.open(key, sealed, belongsTo({ tenantId, accountId }));
      opened += 1;
    } catch (error) {
      if (!(error instanceof DecryptionError)) throw error;
      const what =
        accountId === null
          ? `the key of tenant ${tenantId}`
          : `the login of account ${accountId} of tenant ${tenantId}`;
      bad.set(what, error.message);
    }
  return opened;
};
