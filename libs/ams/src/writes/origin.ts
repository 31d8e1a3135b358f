import { createHash } from "node:crypto";
import { matchTraits } from "@ams-sync/sync-core";
import type { Contact } from "@ams-sync/sync-core";
import type { EntityManager } from "typeorm";
import { toE164 } from "../match/e164.js";
import type { RecordKey } from "../reads/record-key.js";
import { released } from "../reads/released.js";
import type { AskedOrigin, MadeRecord, RemoteOrigin } from "./outcomes.js";

/** The record that the account made of the item, whether or not it is still there. */
export async function findOrigin(
  manager: EntityManager,
  { accountId, stream, uid }: RemoteOrigin,
): Promise<RecordKey | undefined> {
  const [row] = await manager.query<
    { kind: "customer" | "appointment"; record_id: string }[]
  >(
    `select kind, record_id from ams.sync_origin
     where account_id = $1::uuid and stream = $2 and remote_uid = any (array[$3, $4]) and (remote_uid = $3 or folded)
     order by remote_uid = $3 desc limit 1`,
    [accountId, stream, storedUid(uid), foldedUid(uid)],
  );
  return row && { kind: row.kind, id: row.record_id };
}

const THERE = `case o.kind
  when 'customer' then exists (select from ams.customer c where c.tenant_id = o.tenant_id and c.customer_id = o.record_id)
  else exists (select from ams.appointment a where a.tenant_id = o.tenant_id and a.appointment_id = o.record_id) end`;

/** Of whoever an appointment is, its origin is as well; of a customer what it is called is read, where the user may see it. */
const WHOSE_IS_UNKNOWN = `
  left join lateral (
    select c.kind, c.first_name, c.last_name from ams.customer c join ams.tenant t using (tenant_id)
    where o.user_id is null and o.kind = 'customer' and c.customer_id = o.record_id and ${released("$6")}) c on true
  left join ams.appointment a on o.user_id is null and o.kind = 'appointment'
    and a.tenant_id = o.tenant_id and a.appointment_id = o.record_id`;

interface Row {
  readonly place: string;
  readonly kind: "customer" | "appointment";
  readonly id: string;
  readonly there: boolean;
  readonly own: boolean;
  readonly sure: boolean;
  readonly type: Contact["type"] | null;
  readonly first_name: string | null;
  readonly last_name: string | null;
}

/**
 * For each item the record that was made of it: by its account, or by another account of the same user, which is there no
 * more or holds the same item. Of the others what is still in ams goes first, then the newest. The same item of another
 * user is another: each who is invited has the event. A customer of whom nobody noted that counts where the user may see
 * it and the item bears its name: then the two are the same, whoever's account it was.
 */
export async function findOrigins(
  manager: EntityManager,
  userId: string,
  origins: readonly AskedOrigin[],
): Promise<readonly (MadeRecord | undefined)[]> {
  const rows = await manager.query<Row[]>(
    `select w.place, f.* from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::int[])
         as w (account_id, stream, remote_uid, folded_uid, place)
       cross join lateral (
         select o.kind, o.record_id as id, o.account_id = w.account_id as own, ${THERE} as there,
           o.remote_uid = w.remote_uid as exact, c.kind is null as sure, o.created_at,
           c.kind as type, c.first_name, c.last_name
         from ams.sync_origin o ${WHOSE_IS_UNKNOWN}
         where o.stream = w.stream and o.remote_uid = any (array[w.remote_uid, w.folded_uid])
           and (o.remote_uid = w.remote_uid or o.folded)
           and (o.account_id = w.account_id or coalesce(o.user_id, a.user_id) = $6::bigint or c.kind is not null)) f
     order by w.place, f.own desc, f.exact desc, f.there desc, f.sure desc, f.created_at desc`,
    [
      origins.map(({ accountId }) => accountId),
      origins.map(({ stream }) => stream),
      origins.map(({ uid }) => storedUid(uid)),
      origins.map(({ uid }) => foldedUid(uid)),
      origins.map((_origin, place) => place),
      userId,
    ],
  );
  const made = new Map<number, MadeRecord>();
  for (const row of rows) {
    const { kind, id, there, own } = row;
    const place = Number(row.place);
    const unsure = !own && !row.sure;
    if (made.has(place) || (unsure && !isNamed(row, origins[place]?.contact)))
      continue;
    made.set(place, {
      ...{ kind, id, there },
      ...(!own && { elsewhere: true as const }),
      ...(unsure && { unsure: true as const }),
    });
  }
  return origins.map((_origin, place) => made.get(place));
}

function isNamed(row: Row, contact: Contact | undefined): boolean {
  if (contact?.type !== row.type || !contact) return false;
  const fields = {
    ...(row.first_name !== null && { firstName: row.first_name }),
    ...(row.last_name !== null && { lastName: row.last_name }),
  };
  const [called, is] = [contact, { type: contact.type, fields }].map((one) =>
    matchTraits(one, toE164).name.join(" "),
  );
  return is !== "" && called === is;
}

export async function rememberOrigin(
  manager: EntityManager,
  { accountId, stream, uid }: RemoteOrigin,
  userId: string,
  { kind, id }: RecordKey,
): Promise<void> {
  await manager.query(
    `insert into ams.sync_origin (tenant_id, account_id, stream, remote_uid, kind, record_id, user_id, folded)
     values (current_setting('app.tenant_id')::uuid, $1, $2, $3, $4, $5, $6, false)`,
    [accountId, stream, storedUid(uid), kind, id, userId],
  );
}

const READABLE = /^[\x20-\x7e]{1,255}$/;

/** As it is where an index and PostgreSQL take it: RFC 5545 and RFC 6350 limit neither length nor letters of a UID. */
const storedUid = (uid: string): string =>
  READABLE.test(uid) && !uid.startsWith("sha256:")
    ? uid
    : `sha256:${createHash("sha256").update(uid, "utf16le").digest("hex")}`;

/**
 * As releases stored it for which UIDs differed in more than case. An address, which an item without a UID is known by,
 * they left as it is.
 */
const foldedUid = (uid: string): string =>
  storedUid(uid.startsWith("/") ? uid : uid.toLowerCase());
