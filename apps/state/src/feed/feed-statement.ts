import type { FeedChange } from "./read-changes.js";

/** Changes of one tenant as array literals of PostgreSQL: given arrays, pg would look at every value by itself. */
export type FeedColumns = readonly string[];

/** @param places in their batch, from 1: positions are counted from the newest one of the source */
export const columnsOf = (
  changes: readonly FeedChange[],
  places: readonly number[],
): FeedColumns => [
  inRuns(changes, ({ kind }) => kind, String),
  `{${changes.map(({ recordId }) => recordId.toString()).join(",")}}`,
  `{${places.join(",")}}`,
  inRuns(
    changes,
    ({ deleted }) => deleted,
    (deleted) => (deleted ? "t" : "f"),
  ),
  inRuns(changes, byCommit, ({ at }) => at.toString()),
  inRuns(changes, byCommit, ({ traceParent }) => quoted(traceParent)),
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
    approved = false, committed_at = excluded.committed_at, trace_parent = excluded.trace_parent`,
  values: [tenantId, epoch, after.toString(), ...columns],
});

const byCommit = ({ commit }: FeedChange): FeedChange["commit"] => commit;

/** An array literal of what neighbours mostly share: made a text of once for as many as do. */
const inRuns = <T>(
  changes: readonly FeedChange[],
  valueOf: (change: FeedChange) => T,
  textOf: (value: T) => string,
): string => {
  const runs: string[] = [];
  let first = 0;
  while (first < changes.length) {
    const value = valueOf(changes[first]!);
    let end = first + 1;
    while (end < changes.length && valueOf(changes[end]!) === value) end += 1;
    runs.push(`${textOf(value)},`.repeat(end - first));
    first = end;
  }
  return `{${runs.join("").slice(0, -1)}}`;
};

/** As a W3C traceparent is: nothing in it means anything to an array literal. */
const PLAIN = /^[0-9a-f-]+$/;

const quoted = (text: string): string =>
  PLAIN.test(text) ? text : `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
