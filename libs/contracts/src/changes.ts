import type { RecordKind } from "./generated/ams_sync/common/v1/common.js";
import type { Changes } from "./generated/ams_sync/state/v1/feed.js";

/** One entry of the columns that travel as `Changes`. */
export interface Change {
  readonly tenantId: string;
  readonly kind: RecordKind;
  /** A decimal string of 64 bits. */
  readonly recordId: string;
  readonly deleted: boolean;
  /** Commit time in ams; for snapshot rows the time of the snapshot. */
  readonly committedAt: Date;
  /** W3C traceparent of the span that captured it; "" without one. */
  readonly traceParent: string;
}

/** Changes of one transaction are expected to share their Date and to stand together. */
export const changesToWire = (changes: readonly Change[]): Changes => {
  const tenants = new Map<string, number>();
  const wire: Changes = {
    tenantIds: [],
    committedAt: [],
    traceParent: [],
    tenant: [],
    commit: [],
    kind: [],
    recordId: [],
    deleted: [],
  };
  let last: Change | undefined;
  for (const change of changes) {
    const { tenantId, committedAt, traceParent } = change;
    let tenant = tenants.get(tenantId);
    if (tenant === undefined) {
      tenant = wire.tenantIds.push(tenantId) - 1;
      tenants.set(tenantId, tenant);
    }
    if (last?.committedAt !== committedAt || last.traceParent !== traceParent) {
      wire.committedAt.push(BigInt(committedAt.getTime()));
      wire.traceParent.push(traceParent);
    }
    last = change;
    wire.tenant.push(tenant);
    wire.commit.push(wire.committedAt.length - 1);
    wire.kind.push(change.kind);
    wire.recordId.push(BigInt(change.recordId));
    wire.deleted.push(change.deleted);
  }
  return wire;
};

/** @throws RangeError when the columns do not fit together */
export const changesFromWire = (wire: Changes): Change[] =>
  wire.recordId.map((recordId, index) => {
    const tenantId = wire.tenantIds[wire.tenant[index] ?? -1];
    const commit = wire.commit[index] ?? -1;
    const committedAt = wire.committedAt[commit];
    const traceParent = wire.traceParent[commit];
    const kind = wire.kind[index];
    const deleted = wire.deleted[index];
    if (
      tenantId === undefined ||
      committedAt === undefined ||
      traceParent === undefined ||
      kind === undefined ||
      deleted === undefined
    )
      throw new RangeError(`Change ${index} is not whole.`);
    return {
      tenantId,
      kind,
      recordId: recordId.toString(),
      deleted,
      committedAt: new Date(Number(committedAt)),
      traceParent,
    };
  });
