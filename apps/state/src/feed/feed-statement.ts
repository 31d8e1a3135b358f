import type { FeedChange } from "./read-changes.js";

export interface PlacedChange extends FeedChange {
  /** In its batch, from 1: its position is counted from the newest one of the source. */
  readonly place: number;
}

/** Changes of one tenant as array literals of PostgreSQL: given arrays, pg would look at every value by itself. */
export type FeedColumns = readonly string[];

export const columnsOf = (changes: readonly PlacedChange[]): FeedColumns => [
  literal(changes, ({ kind }) => kind),
  literal(changes, ({ recordId }) => recordId.toString()),
  literal(changes, ({ place }) => String(place)),
  literal(changes, ({ deleted }) => (deleted ? "t" : "f")),
  literal(changes, ({ commit }) => commit.at.toString()),
  literal(changes, traceParents()),
];

/** One statement for any number of changes of one tenant, each record at most once, at positions after `after`. */
export const storeStatement = (
  tenantId: string,
  epoch: string,
  after: bigint,
  columns: FeedColumns,
): { readonly text: string; readonly values: string[] } => ({
  text: `insert into state.feed as f
    (tenant_id, kind, record_id, epoch, position, deleted, committed_at, trace_parent)
  select $1, c.kind, c.record_id, $2, $3::bigint + c.place, c.deleted, to_timestamp(c.ms / 1000.0),
    nullif(c.trace_parent, '')
  from unnest($4::text[], $5::bigint[], $6::int[], $7::boolean[], $8::float8[], $9::text[])
    as c (kind, record_id, place, deleted, ms, trace_parent)
  on conflict (tenant_id, kind, record_id) do update set
    epoch = excluded.epoch, position = excluded.position, deleted = excluded.deleted, held = false,
    committed_at = excluded.committed_at, trace_parent = excluded.trace_parent`,
  values: [tenantId, epoch, after.toString(), ...columns],
});

/** @param element its text, which needs no quotes or has them */
const literal = (
  changes: readonly PlacedChange[],
  element: (change: PlacedChange) => string,
): string => `{${changes.map(element).join(",")}}`;

/** All rows of a transaction share one: it is looked at once. */
const traceParents = (): ((change: PlacedChange) => string) => {
  let of: FeedChange["commit"] | undefined;
  let text = "";
  return ({ commit }) => {
    if (commit !== of) text = quoted(commit.traceParent);
    of = commit;
    return text;
  };
};

/** As a W3C traceparent is: nothing in it means anything to an array literal. */
const PLAIN = /^[0-9a-f-]+$/;

const quoted = (text: string): string =>
  PLAIN.test(text) ? text : `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
