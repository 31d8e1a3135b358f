import { createHash } from "node:crypto";
import type { EntityManager } from "typeorm";
import type { RecordKey } from "../reads/record-key.js";
import type { MadeRecord, RemoteOrigin } from "./outcomes.js";

/** The record that was made of the item, whether or not it is still there. */
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

/** The same for many, in one question. */
export async function findOrigins(
  manager: EntityManager,
  origins: readonly RemoteOrigin[],
): Promise<readonly (MadeRecord | undefined)[]> {
  const rows = await manager.query<
    {
      readonly place: string;
      readonly kind: "customer" | "appointment";
      readonly id: string;
      readonly there: boolean;
    }[]
  >(
    `select w.place, o.kind, o.record_id as id, case o.kind
       when 'customer' then exists (select from ams.customer c where c.customer_id = o.record_id)
       else exists (select from ams.appointment a where a.appointment_id = o.record_id) end as there
     from unnest($1::uuid[], $2::text[], $3::text[]) with ordinality as w (account_id, stream, remote_uid, place)
       join ams.sync_origin o using (account_id, stream, remote_uid)`,
    [
      origins.map(({ accountId }) => accountId),
      origins.map(({ stream }) => stream),
      origins.map(({ uid }) => storedUid(uid)),
    ],
  );
  const made = new Map(rows.map((row) => [Number(row.place), row]));
  return origins.map((_origin, index) => {
    const row = made.get(index + 1);
    return row && { kind: row.kind, id: row.id, there: row.there };
  });
}

export async function rememberOrigin(
  manager: EntityManager,
  { accountId, stream, uid }: RemoteOrigin,
  { kind, id }: RecordKey,
): Promise<void> {
  await manager.query(
    `insert into ams.sync_origin (tenant_id, account_id, stream, remote_uid, kind, record_id)
     values (current_setting('app.tenant_id')::uuid, $1, $2, $3, $4, $5)`,
    [accountId, stream, storedUid(uid), kind, id],
  );
}

const READABLE = /^[\x20-\x7e]{1,255}$/;

/** As it is where an index and PostgreSQL take it: RFC 5545 and RFC 6350 limit neither length nor letters of a UID. */
const storedUid = (uid: string): string =>
  READABLE.test(uid) && !uid.startsWith("sha256:")
    ? uid
    : `sha256:${createHash("sha256").update(uid, "utf16le").digest("hex")}`;
