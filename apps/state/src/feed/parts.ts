import type { RecordKind } from "@ams-sync/sync-core";
import {
  columnsOf,
  type FeedChange,
  type FeedColumns,
  type PlacedChange,
} from "./feed-statement.js";

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
  const newest = new Map<string, FeedChange>();
  for (const change of changes) {
    const key = `${change.tenantId}/${change.kind}/${change.recordId}`;
    // A map keeps the place of a key's first entry; the last one's is meant.
    newest.delete(key);
    newest.set(key, change);
  }
  const parts = new Map<
    string,
    { changes: PlacedChange[]; concerns: FeedConcern[] }
  >();
  const partOf = (tenantId: string) => {
    const part = parts.get(tenantId) ?? { changes: [], concerns: [] };
    parts.set(tenantId, part);
    return part;
  };
  let size = 0;
  for (const change of newest.values()) {
    size += 1;
    partOf(change.tenantId).changes.push({ ...change, place: size });
  }
  for (const concern of concerns)
    partOf(concern.tenantId).concerns.push(concern);
  return {
    parts: [...parts.keys()].toSorted().map((tenantId) => {
      const part = partOf(tenantId);
      return {
        tenantId,
        kinds: [...new Set(part.changes.map(({ kind }) => kind))],
        columns: columnsOf(part.changes),
        concerns: part.concerns,
      };
    }),
    size,
  };
};
