import type { RecordKind } from "@ams-sync/sync-core";

export interface FeedChange {
  readonly tenantId: string;
  readonly kind: RecordKind;
  readonly recordId: string;
  readonly deleted: boolean;
  readonly committedAt: Date;
  readonly traceParent?: string;
}

/** Something that concerns accounts and no single record. Without a user: every account of the tenant. */
export interface FeedConcern {
  readonly tenantId: string;
  readonly userId?: string;
}

export interface PositionedChange extends FeedChange {
  readonly position: bigint;
}

/** What of a batch is one tenant's. */
export interface TenantPart {
  readonly tenantId: string;
  readonly changes: readonly PositionedChange[];
  readonly concerns: readonly FeedConcern[];
}

/**
 * Coalesces a batch and numbers it: of several changes of one record the last counts, positions rise in the order of
 * those, from `after` + 1. Tenants come in one order for all writers, so that their row locks cannot form a circle.
 * @returns the newest position given; `after` if there was nothing to number
 */
export const partsOf = (
  changes: readonly FeedChange[],
  concerns: readonly FeedConcern[],
  after: bigint,
): { readonly parts: readonly TenantPart[]; readonly last: bigint } => {
  const newest = new Map<string, FeedChange>();
  for (const change of changes) {
    const key = `${change.tenantId}/${change.kind}/${change.recordId}`;
    // A map keeps the place of a key's first entry; the last one's is meant.
    newest.delete(key);
    newest.set(key, change);
  }
  const parts = new Map<
    string,
    { changes: PositionedChange[]; concerns: FeedConcern[] }
  >();
  const partOf = (tenantId: string) => {
    const part = parts.get(tenantId) ?? { changes: [], concerns: [] };
    parts.set(tenantId, part);
    return part;
  };
  let last = after;
  for (const change of newest.values()) {
    last += 1n;
    partOf(change.tenantId).changes.push({ ...change, position: last });
  }
  for (const concern of concerns)
    partOf(concern.tenantId).concerns.push(concern);
  return {
    parts: [...parts.keys()]
      .toSorted()
      .map((tenantId) => ({ tenantId, ...partOf(tenantId) })),
    last,
  };
};
