import type { RecordKind } from "@ams-sync/sync-core";

export interface RecordKey {
  readonly kind: RecordKind;
  /** A bigint in decimal. */
  readonly id: string;
}

/** "customer/4711", the key of `loadRecords`' answer. */
export const recordKey = ({ kind, id }: RecordKey): string => `${kind}/${id}`;

/** The ids of each kind, each once. */
export function idsByKind(
  keys: readonly RecordKey[],
): ReadonlyMap<RecordKind, readonly string[]> {
  const byKind = new Map<RecordKind, Set<string>>();
  for (const { kind, id } of keys) {
    if (!isBigint(id))
      throw new TypeError(`The id of this ${kind} is not a decimal bigint.`);
    const ids = byKind.get(kind) ?? new Set();
    byKind.set(kind, ids.add(id));
  }
  return new Map([...byKind].map(([kind, ids]) => [kind, [...ids]]));
}

export const isBigint = (id: string): boolean =>
  /^(0|[1-9]\d{0,18})$/.test(id) && BigInt(id) < 2n ** 63n;
