import type { PositionedChange } from "./parts.js";

/** One statement for any number of changes of one tenant; each record at most once. */
export const storeStatement = (
  tenantId: string,
  epoch: string,
  changes: readonly PositionedChange[],
): { readonly text: string; readonly values: unknown[] } => ({
  text: `insert into state.feed as f
    (tenant_id, kind, record_id, epoch, position, deleted, committed_at, trace_parent)
  select $1, c.kind, c.record_id, $2, c.position, c.deleted, c.committed_at, c.trace_parent
  from unnest($3::text[], $4::bigint[], $5::bigint[], $6::boolean[], $7::timestamptz[], $8::text[])
    as c (kind, record_id, position, deleted, committed_at, trace_parent)
  on conflict (tenant_id, kind, record_id) do update set
    epoch = excluded.epoch, position = excluded.position, deleted = excluded.deleted, held = false,
    committed_at = excluded.committed_at, trace_parent = excluded.trace_parent`,
  values: [
    tenantId,
    epoch,
    changes.map(({ kind }) => kind),
    changes.map(({ recordId }) => recordId),
    changes.map(({ position }) => position.toString()),
    changes.map(({ deleted }) => deleted),
    changes.map(({ committedAt }) => committedAt.toISOString()),
    changes.map(({ traceParent }) => traceParent ?? null),
  ],
});
