import { createHash } from "node:crypto";
import { RECORD_KINDS } from "@ams-sync/sync-core";
import type { RecordKind } from "@ams-sync/sync-core";
import type { RecordRef } from "./ams-records.js";
import type { Identity } from "./port.js";

const ID_BITS = 63n;
const HASH_BITS = 57n;
/** 48, 12 and 62 of a UUIDv8 are free. */
const LOW_BITS = 62n;
const MIDDLE_BITS = 12n;
const VERSION = 8n;
const VARIANT = 2n;

/**
 * Rule 2: the same record has the same uid in every run, on every replica and after every reset, so that creating it
 * twice finds the first. UUIDv8 (RFC 9562 section 5.8): kind, record id, and the beginning of a hash with the tenant, so
 * that the record is read off an item that nobody remembers, and no other tenant's item or foreign UUID is taken for one.
 *
 * Never to change: every item that was ever written carries such an id, and with another one all of them would be created
 * a second time. Tenant ids are compared in lower case.
 */
export const identityOf = (
  tenantId: string,
  kind: RecordKind,
  recordId: string,
): Identity => {
  const id = BigInt(recordId);
  if (id < 0n || id >> ID_BITS > 0n)
    throw new RangeError("The id of a record is a number of 63 bits.");
  const text = `ams-sync/${tenantId.toLowerCase()}/${kind}/${id}`;
  const digest = createHash("sha256").update(text).digest();
  const hash = digest.readBigUInt64BE() >> (64n - HASH_BITS);
  const kindBits = BigInt(RECORD_KINDS.indexOf(kind));
  return {
    uid: uuidOf((((kindBits << ID_BITS) | id) << HASH_BITS) | hash),
  };
};

/** The record that a uid belongs to; undefined for whatever is not of this tenant. */
export const recordOfUid = (
  tenantId: string,
  uid: string,
): RecordRef | undefined => {
  const own = uid.trim().toLowerCase();
  if (!OWN.test(own)) return undefined;
  const free = freeBitsOf(BigInt(`0x${own.replaceAll("-", "")}`));
  const id = String(low(free >> HASH_BITS, ID_BITS));
  const kind = RECORD_KINDS[Number(free >> (HASH_BITS + ID_BITS))];
  return kind && identityOf(tenantId, kind, id).uid === own
    ? { kind, id }
    : undefined;
};

const OWN =
  /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

const low = (value: bigint, bits: bigint): bigint =>
  value & ((1n << bits) - 1n);

const uuidOf = (free: bigint): string => {
  const high = free >> (MIDDLE_BITS + LOW_BITS);
  const middle = low(free >> LOW_BITS, MIDDLE_BITS);
  const front = (((high << 4n) | VERSION) << MIDDLE_BITS) | middle;
  const whole = (front << 64n) | (VARIANT << LOW_BITS) | low(free, LOW_BITS);
  const hex = whole.toString(16).padStart(32, "0");
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join("-");
};

const freeBitsOf = (uuid: bigint): bigint => {
  const high = uuid >> 80n;
  const middle = low(uuid >> 64n, MIDDLE_BITS);
  return (((high << MIDDLE_BITS) | middle) << LOW_BITS) | low(uuid, LOW_BITS);
};
