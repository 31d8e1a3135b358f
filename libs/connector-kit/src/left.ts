import { createHash } from "node:crypto";
import { toE164 } from "@ams-sync/ams/match";
import {
  appointmentKeys,
  match,
  matchTraits,
  maybeSame,
  sameReason,
  strictKeys,
} from "@ams-sync/sync-core";
import type { Canonical, Fields, LeftReason } from "@ams-sync/sync-core";
import { usableVersion } from "./item-version.js";
import type { Item } from "./port.js";
import type { Outcome, RecordName } from "./run-state.js";

type Left = Extract<Outcome, { type: "left" }>;

/** Whatever is like it in ams: it stays nobody else's business (R25), or does not take place, not with its user. */
const KEYLESS: ReadonlySet<LeftReason> = new Set([
  "private",
  "cancelled",
  "declined",
]);

/**
 * A firm's telephone or a placeholder's address may be that of hundreds of customers. Nobody chooses among so many; state
 * refuses more, and with them all that is told beside.
 */
const MOST_CANDIDATES = 100;

/** The item stays without a record; its keys let a record that comes later find it. */
export const leftOf = (
  reason: LeftReason,
  item: Item | undefined,
  tenantId: string,
  candidates: readonly RecordName[] = [],
  copyOf?: RecordName,
): Left => {
  const itemVersion = usableVersion(item?.version);
  return {
    type: "left",
    reason,
    ...(itemVersion !== undefined && { itemVersion }),
    keys: [
      ...(item && item.obstacle === undefined && !KEYLESS.has(reason)
        ? keysOf(tenantId, item.canonical)
        : []),
      ...(copyOf ? [copyKey(tenantId, copyOf)] : []),
    ],
    candidates: candidates.slice(0, MOST_CANDIDATES),
  };
};

/** Strict match keys as state keeps them: hashes with the tenant's id, that say nothing of anybody. */
export const keysOf = (
  tenantId: string,
  form: Canonical,
): readonly string[] => {
  const keys =
    form.type === "appointment"
      ? appointmentKeys(form)
      : strictKeys(matchTraits(form, toE164));
  return keys.map((key) => hashed(tenantId, key));
};

/** By which copies of a record's item are found once that one is missing, whatever has become of them. */
export const copyKey = (
  tenantId: string,
  { kind, recordId }: RecordName,
): string => hashed(tenantId, `c:${kind}/${recordId}`);

/** The copies of an item that is missing are looked at again. */
export const lostOf = (
  tenantId: string,
  record: RecordName,
  item: Item | undefined,
): Outcome => ({ ...calledOff(item), copies: copyKey(tenantId, record) });

/** It is missing, or there and called off. */
export const calledOff = (
  item: Item | undefined,
): Extract<Outcome, { type: "lost" }> => {
  const itemVersion = item?.cancelled ? usableVersion(item.version) : undefined;
  return { type: "lost", ...(itemVersion !== undefined && { itemVersion }) };
};

const hashed = (tenantId: string, key: string): string =>
  createHash("sha256")
    .update(`${tenantId.toLowerCase()}|${key}`)
    .digest("hex")
    .slice(0, 32);

/** Whether an item that was found by its keys is the record's: keys do not see birth dates that contradict. */
export const sameOne = (record: Canonical, item: Canonical): boolean => {
  if (record.type === "appointment" || item.type === "appointment") {
    const keys = record.type === "appointment" ? appointmentKeys(record) : [];
    const others = item.type === "appointment" ? appointmentKeys(item) : [];
    return keys.some((key) => others.includes(key));
  }
  const traits = matchTraits(record, toE164);
  const found = match(matchTraits(item, toE164), [{ id: "", traits }]);
  return found.verdict === "one";
};

/**
 * The item says that it is somebody or something else than this form, whatever id it carries. An appointment that was put
 * off, or renamed, is still the same one; both at once nobody can tell.
 */
export const contradicts = (form: Canonical, item: Canonical): boolean => {
  if (form.type === "appointment" || item.type === "appointment") {
    if (form.type !== item.type) return true;
    const [a, b]: readonly Fields[] = [form.fields, item.fields];
    const sameTime = (["date", "from", "to"] as const).every(
      (name) => a?.[name] === b?.[name],
    );
    return !sameTime && !sameReason(a?.["reason"], b?.["reason"]);
  }
  return !maybeSame(matchTraits(form, toE164), matchTraits(item, toE164));
};
