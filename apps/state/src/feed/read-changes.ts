import { recordKindFromWire, type Changes } from "@ams-sync/contracts";
import type { RecordKind } from "@ams-sync/sync-core";
import * as read from "../wire/read.js";

export interface FeedChange {
  readonly tenantId: string;
  readonly kind: RecordKind;
  readonly recordId: bigint;
  readonly deleted: boolean;
  readonly commit: FeedCommit;
}

/** One for all changes of a transaction of ams. */
export interface FeedCommit {
  /** Milliseconds since 1970. */
  readonly at: bigint;
  readonly traceParent: string;
}

/** Of a JavaScript Date, milliseconds. PostgreSQL's time ends later. */
const LATEST = 8_640_000_000_000_000n;

/** The changes that a request's columns hold. @throws Refusal when they do not fit together or hold what is no value */
export const readChanges = (wire: Changes | undefined): FeedChange[] => {
  if (wire === undefined) return [];
  const rows = wire.recordId.length;
  for (const column of ["tenant", "commit", "kind", "deleted"] as const)
    if (wire[column].length !== rows)
      throw read.invalid(
        `changes.${column}`,
        "must have as many entries as changes.record_id",
      );
  const tenantIds = wire.tenantIds.map((id, index) =>
    read.uuid(id, `changes.tenant_ids[${index}]`),
  );
  const commits = readCommits(wire);
  return wire.recordId.map((recordId, row) => ({
    tenantId: named(tenantIds, wire.tenant[row], "changes.tenant", row),
    kind: kindOf(wire.kind[row], row),
    recordId,
    deleted: wire.deleted[row] === true,
    commit: named(commits, wire.commit[row], "changes.commit", row),
  }));
};

const readCommits = ({ committedAt, traceParent }: Changes): FeedCommit[] => {
  if (traceParent.length !== committedAt.length)
    throw read.invalid(
      "changes.trace_parent",
      "must have as many entries as changes.committed_at",
    );
  return committedAt.map((at, index) => {
    if (at < 0n || at > LATEST)
      throw read.invalid(`changes.committed_at[${index}]`, "is no time");
    return {
      at,
      traceParent: read.text(
        traceParent[index] ?? "",
        `changes.trace_parent[${index}]`,
        { least: 0, most: 255 },
      ),
    };
  });
};

/** Field names are put together only where one is wrong: a batch has thousands of entries. */
const named = <T>(
  list: readonly T[],
  index: number | undefined,
  column: string,
  row: number,
): T => {
  const value = list[index ?? -1];
  if (value === undefined)
    throw read.invalid(`${column}[${row}]`, "names no entry");
  return value;
};

const kindOf = (
  kind: Changes["kind"][number] | undefined,
  row: number,
): RecordKind => {
  const known = kind === undefined ? undefined : recordKindFromWire(kind);
  if (known === undefined)
    throw read.invalid(`changes.kind[${row}]`, "is unspecified or unknown");
  return known;
};
