import type { Pgoutput } from "pg-logical-replication";
import { CaptureError } from "../problem.js";
import { parseLsn, type Lsn } from "../lsn.js";
import {
  capturedTables,
  SCHEMA,
  type CapturedTable,
} from "./captured-tables.js";
import { effectsOf, type Effect, type Key, type RowChange } from "./effects.js";

export type StreamEvent =
  | { readonly type: "begin"; readonly committedAt: Date }
  | { readonly type: "effect"; readonly effect: Effect }
  | { readonly type: "truncate"; readonly tables: readonly string[] }
  | { readonly type: "commit"; readonly endLsn: Lsn }
  /** Everything before `lsn` that concerns us was sent. */
  | {
      readonly type: "keepalive";
      readonly lsn: Lsn;
      readonly replyWanted: boolean;
    };

const tables = new Map<string, CapturedTable>(
  capturedTables.map((table) => [`${SCHEMA}.${table.name}`, table]),
);

/** One message of pgoutput in our words; a message that says nothing to us is no event. */
export function decode(message: Pgoutput.Message): StreamEvent[] {
  switch (message.tag) {
    case "begin":
      return [
        {
          type: "begin",
          // Microseconds since 1970.
          committedAt: new Date(Number(message.commitTime.valueOf() / 1000n)),
        },
      ];
    case "commit":
      if (message.commitEndLsn === null)
        throw unreadable("a commit without its position");
      return [{ type: "commit", endLsn: parseLsn(message.commitEndLsn) }];
    case "insert":
    case "update":
    case "delete":
      return rowEvents(message);
    case "truncate": {
      const captured = message.relations.flatMap((relation) =>
        tableOf(relation) === undefined ? [] : [nameOf(relation)],
      );
      return captured.length > 0
        ? [{ type: "truncate", tables: captured }]
        : [];
    }
    // A relation is known to the parser; origins, types and messages are of no concern.
    case "relation":
    case "origin":
    case "type":
    case "message":
      return [];
  }
}

type RowMessage =
  Pgoutput.MessageInsert | Pgoutput.MessageUpdate | Pgoutput.MessageDelete;

function rowEvents(message: RowMessage): StreamEvent[] {
  const table = tableOf(message.relation);
  // Somebody may publish more tables than we capture.
  if (table === undefined) return [];
  return effectsOf(table.meaning, rowChange(table, message)).map((effect) => ({
    type: "effect",
    effect,
  }));
}

function rowChange(table: CapturedTable, message: RowMessage): RowChange {
  if (message.tag === "insert")
    return { op: "insert", after: keyOf(table, message.new) };
  // `key` under REPLICA IDENTITY DEFAULT, and only where it changed; `old`, always, under FULL.
  const old = message.key ?? message.old;
  if (message.tag === "delete")
    return { op: "delete", before: keyOf(table, old ?? {}) };
  const after = keyOf(table, message.new);
  const before = old === null ? after : keyOf(table, old);
  return table.key.every((name) => before[name] === after[name])
    ? { op: "update", after }
    : { op: "update", before, after };
}

function keyOf(table: CapturedTable, row: Record<string, unknown>): Key {
  const key: Record<string, string> = {};
  for (const name of table.key) {
    const value = row[name];
    // uuid, bigint and text arrive as text; smaller integers as numbers.
    if (typeof value !== "string" && typeof value !== "number")
      throw unreadable(`a row of ${SCHEMA}.${table.name} without ${name}`);
    key[name] = String(value);
  }
  return key;
}

const nameOf = (relation: Pgoutput.MessageRelation): string =>
  `${relation.schema}.${relation.name}`;

// The parser leaves a hole for a relation that it was never told of.
const tableOf = (
  relation: Pgoutput.MessageRelation | undefined,
): CapturedTable | undefined =>
  relation === undefined ? undefined : tables.get(nameOf(relation));

const unreadable = (what: string): CaptureError =>
  new CaptureError(
    "unreadable",
    `The replication stream holds ${what}. The tables and the publication must be as docs/ams-database.md says; after mending them restart change-capture.`,
  );
