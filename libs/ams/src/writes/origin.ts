import { createHash } from "node:crypto";
import type { EntityManager } from "typeorm";
import type { RecordKey } from "../reads/record-key.js";
import type { MadeRecord, RemoteOrigin } from "./outcomes.js";

/** The record that the account made of the item, whether or not it is still there. */
export async function findOrigin(
  manager: EntityManager,
  { accountId, stream, uid }: RemoteOrigin,
): Promise<RecordKey | undefined> {
  const [row] = await manager.query<
    { kind: "customer" | "appointment"; record_id: string }[]
  >(
    `select kind, record_id from ams.sync_origin
     where account_id = $1::uuid and stream = $2 and remote_uid = $3`,
    [accountId, stream, storedUid(uid)],
  );
  return row && { kind: row.kind, id: row.record_id };
}

const THERE = `case o.kind
  when 'customer' then exists (select from ams.customer c where c.tenant_id = o.tenant_id and c.customer_id = o.record_id)
  else exists (select from ams.appointment a where a.tenant_id = o.tenant_id and a.appointment_id = o.record_id) end`;

/**
 * For each item the record that was made of it: by its account, or by another account of the same user, which is there no
 * more or holds the same item. Of the others what is still in ams goes first, then the newest. The same item of another
 * user is another: each who is invited has the event.
 */
export async function findOrigins(
  manager: EntityManager,
  userId: string,
  origins: readonly RemoteOrigin[],
): Promise<readonly (MadeRecord | undefined)[]> {
  const rows = await manager.query<
    {
      readonly place: string;
      readonly kind: "customer" | "appointment";
      readonly id: string;
      readonly there: boolean;
      readonly own: boolean;
    }[]
  >(
    `select w.place, f.* from unnest($1::uuid[], $2::text[], $3::text[]) with ordinality as w (account_id, stream, remote_uid, place)
       cross join lateral (
         select o.kind, o.record_id as id, o.account_id = w.account_id as own, ${THERE} as there from ams.sync_origin o
         where o.stream = w.stream and o.remote_uid = w.remote_uid
           and (o.account_id = w.account_id or o.user_id = $4::bigint or o.user_id is null and o.kind = 'customer')
         order by own desc, there desc, o.created_at desc limit 1) f`,
    [
      origins.map(({ accountId }) => accountId),
      origins.map(({ stream }) => stream),
      origins.map(({ uid }) => storedUid(uid)),
      userId,
    ],
  );
  const made = new Map(rows.map((row) => [Number(row.place), row]));
  return origins.map((_origin, index) => {
    const row = made.get(index + 1);
    if (!row) return undefined;
    const { kind, id, there, own } = row;
    return { kind, id, there, ...(!own && { elsewhere: true as const }) };
  });
}

export async function rememberOrigin(
  manager: EntityManager,
  { accountId, stream, uid }: RemoteOrigin,
  userId: string,
  { kind, id }: RecordKey,
): Promise<void> {
  await manager.query(
    `insert into ams.sync_origin (tenant_id, account_id, stream, remote_uid, kind, record_id, user_id)
     values (current_setting('app.tenant_id')::uuid, $1, $2, $3, $4, $5, $6)`,
    [accountId, stream, storedUid(uid), kind, id, userId],
  );
}

const READABLE = /^[\x20-\x7e]{1,255}$/;

/** As it is where an index and PostgreSQL take it: RFC 5545 and RFC 6350 limit neither length nor letters of a UID. */
const storedUid = (uid: string): string =>
  READABLE.test(uid) && !uid.startsWith("sha256:")
    ? uid
    : `sha256:${createHash("sha256").update(uid, "utf16le").digest("hex")}`;
