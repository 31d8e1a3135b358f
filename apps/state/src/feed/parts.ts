import type { RecordKind } from "@ams-sync/sync-core";
import { columnsOf, type FeedColumns } from "./feed-statement.js";
import type { FeedChange } from "./read-changes.js";

/** Something that concerns accounts and no single record. Without a user: every account of the tenant. */
export interface FeedConcern {
  readonly tenantId: string;
  readonly userId?: string;
}

/** What of a batch is one tenant's. */
export interface TenantPart {
  readonly tenantId: string;
  /** Of its changes; none if it has only concerns. */
  readonly kinds: readonly RecordKind[];
  readonly columns: FeedColumns;
  readonly concerns: readonly FeedConcern[];
}

export interface Batch {
  readonly parts: readonly TenantPart[];
  /** How many positions it takes. */
  readonly size: number;
}

/**
 * Coalesces a batch and numbers it: of several changes of one record the last counts, places rise in the order of
 * those, from 1. Tenants come in one order for all writers, so that their row locks cannot form a circle.
 */
export const partsOf = (
  changes: readonly FeedChange[],
  concerns: readonly FeedConcern[],
): Batch => {
  const parts = new Map<
    string,
    { changes: FeedChange[]; places: number[]; concerns: FeedConcern[] }
  >();
  const partOf = (tenantId: string) => {
    let part = parts.get(tenantId);
    if (part === undefined) {
      part = { changes: [], places: [], concerns: [] };
      parts.set(tenantId, part);
    }
    return part;
  };
  const newest = newestOf(changes);
  newest.forEach((change, index) => {
    const part = partOf(change.tenantId);
    part.changes.push(change);
    part.places.push(index + 1);
  });
  for (const concern of concerns)
    partOf(concern.tenantId).concerns.push(concern);
  return {
    parts: [...parts.keys()].toSorted().map((tenantId) => {
      const part = partOf(tenantId);
      return {
        tenantId,
        kinds: [...new Set(part.changes.map(({ kind }) => kind))],
        columns: columnsOf(part.changes, part.places),
        concerns: part.concerns,
      };
    }),
    size: newest.length,
  };
};

/** The last change of each record, in their order. */
function newestOf(changes: readonly FeedChange[]): FeedChange[] {
  const seen = new Map<string, Set<bigint>>();
  let last: FeedChange | undefined;
  let records = new Set<bigint>();
  return changes
    .toReversed()
    .filter((change) => {
      const { tenantId, kind, recordId } = change;
      // Neighbours are mostly of one table: the key is put together only where another one begins.
      if (last?.tenantId !== tenantId || last.kind !== kind) {
        const key = `${tenantId}/${kind}`;
        records = seen.get(key) ?? new Set();
        seen.set(key, records);
      }
      last = change;
      return records.size < records.add(recordId).size;
    })
    .toReversed();
}
