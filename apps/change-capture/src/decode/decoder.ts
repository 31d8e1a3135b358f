import { CaptureError } from "../problem.js";
import type { Lsn } from "../lsn.js";
import {
  capturedTables,
  SCHEMA,
  type CapturedTable,
} from "./captured-tables.js";
import { effectsOf, type Effect, type Key, type RowChange } from "./effects.js";
import type { Message, Relation, Row } from "./pgoutput.js";

export type StreamEvent =
  | {
      readonly type: "begin";
      readonly committedAt: Date;
      /** The lower 32 bits of the transaction's number. */
      readonly xid: number;
    }
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

/** One message of pgoutput in our words; a row that says nothing to us is no event. */
export function decode(message: Message): readonly StreamEvent[] {
  switch (message.tag) {
    case "begin":
      return [
        {
          type: "begin",
          committedAt: message.committedAt,
          xid: message.xid,
        },
      ];
    case "commit":
      if (message.endLsn === 0n)
        throw unreadable("a commit without its position");
      return [{ type: "commit", endLsn: message.endLsn }];
    case "insert":
    case "update":
    case "delete":
      return rowEvents(message);
    case "truncate": {
      const captured = message.relations
        .map(({ name }) => name)
        .filter((name) => tables.has(name));
      return captured.length > 0
        ? [{ type: "truncate", tables: captured }]
        : [];
    }
  }
}

type RowMessage = Extract<Message, { readonly relation: Relation }>;

function rowEvents(message: RowMessage): readonly StreamEvent[] {
  const table = tables.get(message.relation.name);
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
  if (message.tag === "delete")
    return { op: "delete", before: keyOf(table, message.old) };
  const after = keyOf(table, message.new);
  if (message.old === undefined) return { op: "update", after };
  const before = keyOf(table, message.old);
  return table.key.every((name) => before[name] === after[name])
    ? { op: "update", after }
    : { op: "update", before, after };
}

/** The row itself, and no copy of what is of use: a flood has a million of them. */
function keyOf(table: CapturedTable, row: Row): Key {
  for (const name of table.key)
    if (typeof row[name] !== "string")
      throw unreadable(`a row of ${SCHEMA}.${table.name} without ${name}`);
  return row;
}

const unreadable = (what: string): CaptureError =>
  new CaptureError(
    "unreadable",
    `The replication stream holds ${what}. The tables and the publication must be as docs/ams-database.md says; after mending them restart change-capture.`,
  );
