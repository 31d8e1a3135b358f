import type { FeedChange } from "./read-changes.js";

/** Changes of one tenant as parameters: array literals of PostgreSQL, as pg would look at every value of an array by itself. */
export type FeedColumns = readonly (string | null)[];

/** @param places in their batch, from 1: positions are counted from the newest one of the source */
export const columnsOf = (
  changes: readonly FeedChange[],
  places: readonly number[],
): FeedColumns => [
  `{${changes.map(({ recordId }) => recordId.toString()).join(",")}}`,
  `{${places.join(",")}}`,
  ...inRuns(changes, ({ kind }) => kind, String),
  ...inRuns(
    changes,
    ({ deleted }) => deleted,
    (deleted) => (deleted ? "t" : "f"),
  ),
  ...inRuns(changes, byCommit, ({ at }) => at.toString()),
  ...inRuns(changes, byCommit, ({ traceParent }) => traceParent, quoted),
];

/** One statement for any number of changes of one tenant, each record at most once, at positions after `after`. */
export const storeStatement = (
  tenantId: string,
  epoch: string,
  after: bigint,
  columns: FeedColumns,
): { readonly text: string; readonly values: (string | null)[] } => ({
  // unnest gives NULL for the rows that an array does not reach.
  text: `insert into state.feed as f
    (tenant_id, kind, record_id, epoch, position, deleted, committed_at, trace_parent)
  select $1, coalesce(c.kind, $7), c.record_id, $2, $3::bigint + c.place, coalesce(c.deleted, $9),
    to_timestamp(coalesce(c.ms, $11) / 1000.0), nullif(coalesce(c.trace_parent, $13), '')
  from unnest($4::bigint[], $5::int[], $6::text[], $8::boolean[], $10::float8[], $12::text[])
    as c (record_id, place, kind, deleted, ms, trace_parent)
  on conflict (tenant_id, record_id, kind) do update set
    epoch = excluded.epoch, position = excluded.position, deleted = excluded.deleted, held = false,
    approved = false, committed_at = excluded.committed_at, trace_parent = excluded.trace_parent`,
  values: [tenantId, epoch, after.toString(), ...columns],
});

const byCommit = ({ commit }: FeedChange): FeedChange["commit"] => commit;

/**
 * What neighbours mostly share, made a text of once for as many as do: an array literal, or, where all share it, no array
 * but that one text. A long transaction then sends little but numbers, which took the server a tenth less time.
 */
const inRuns = <T>(
  changes: readonly FeedChange[],
  valueOf: (change: FeedChange) => T,
  textOf: (value: T) => string,
  literalOf: (text: string) => string = String,
): readonly [list: string, shared: string | null] => {
  const runs: string[] = [];
  let first = 0;
  while (first < changes.length) {
    const value = valueOf(changes[first]!);
    let end = first + 1;
    while (end < changes.length && valueOf(changes[end]!) === value) end += 1;
    if (end - first === changes.length) return ["{}", textOf(value)];
    runs.push(`${literalOf(textOf(value))},`.repeat(end - first));
    first = end;
  }
  return [`{${runs.join("").slice(0, -1)}}`, null];
};

/** As a W3C traceparent is: nothing in it means anything to an array literal. */
const PLAIN = /^[0-9a-f-]+$/;

const quoted = (text: string): string =>
  PLAIN.test(text) ? text : `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
