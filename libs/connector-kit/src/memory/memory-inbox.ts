import type { Conflict, RecordKind, TakeBack } from "@ams-sync/sync-core";
import type { RemoteChange } from "../port.js";
import type {
  Entry,
  Link,
  RecordName,
  Removal,
  Shown,
  UserDecision,
} from "../run-state.js";

/** One row of the compacted feed. */
export interface FeedRow {
  readonly kind: RecordKind;
  readonly recordId: string;
  readonly position: bigint;
  readonly deleted: boolean;
  readonly approved?: true;
  readonly committedAt: number;
  readonly traceParent?: string;
}

/** An entry as state keeps it. */
export interface Stored {
  readonly id: bigint;
  readonly position: bigint;
  readonly attempts: number;
  readonly sent: boolean;
  readonly unsure: readonly string[];
  /** When the last write was begun, epoch ms. */
  readonly sentAt?: number;
  /** Epoch ms; Infinity: not before the record changes. */
  readonly dueAt: number;
  readonly judgedAt: number;
  readonly about: { readonly row: FeedRow } | { readonly change: RemoteChange };
  readonly aside?: { readonly code: string; readonly message: string };
  /** What it came to last time. */
  readonly intent?: Removal;
  readonly intentFields?: readonly string[];
  /** It waits for the guard. */
  readonly intended?: true;
  /** It waits for a person's consent. */
  readonly tried?: true;
  /** What it came to last time on trial. */
  readonly shown?: Shown;
  readonly previewed?: true;
  readonly approved?: true;
  readonly restore?: true;
  readonly takeBack?: readonly TakeBack[];
  readonly decision?: UserDecision;
  /** Of an item that was made since the stream is connected. */
  readonly appearedAt?: number;
}

export interface AsideView {
  readonly key: string;
  readonly code: string;
  readonly message: string;
  readonly attempts: number;
  readonly dueAt: number;
}

/** A value that lost. */
export type ConflictView = RecordName & {
  readonly itemId: string;
  readonly conflict: Conflict;
};

export const keyOf = (kind: RecordKind, recordId: string): string =>
  `${kind}/${recordId}`;

/** As the inbox is keyed. */
export const entryKeyOf = ({ about }: Pick<Stored, "about">): string =>
  "row" in about
    ? `ams:${keyOf(about.row.kind, about.row.recordId)}`
    : `remote:${about.change.id}`;

/** New before failed, the other system's before those of ams, then what has been due longest. */
export const inOrder = (a: Stored, b: Stored): number =>
  Number(a.aside !== undefined) - Number(b.aside !== undefined) ||
  Number("row" in a.about) - Number("row" in b.about) ||
  (a.dueAt === b.dueAt ? 0 : a.dueAt - b.dueAt) ||
  Number(a.id - b.id);

export const entryOf = (
  stored: Stored,
  link: Link | undefined,
  released: boolean,
  settled: boolean,
  now: number,
): Entry => {
  const { id, position, attempts, sent, unsure, about, judgedAt } = stored;
  const decision =
    stored.decision ?? (settled ? ({ answer: "leave" } as const) : undefined);
  const base = {
    ...{ entryId: id, position, attempts, judgedAt },
    ...(sent && {
      ...({ sent, unsure } as const),
      sentMs: now - (stored.sentAt ?? now),
    }),
    ...(stored.intent && { intent: stored.intent }),
    ...(stored.intent &&
      stored.intentFields && { intentFields: stored.intentFields }),
    ...((released || stored.approved) && { released: true as const }),
    ...(stored.previewed && { previewed: true as const }),
    ...(link && { link }),
  };
  if ("change" in about) {
    const { id: itemId, version, gone } = about.change;
    return {
      ...base,
      side: "remote",
      ...{ itemId, gone },
      ...(version !== undefined && { itemVersion: version }),
      ...(decision && { decision }),
      ...(stored.appearedAt !== undefined && { appearedAt: stored.appearedAt }),
    };
  }
  const { row } = about;
  return {
    ...base,
    side: "ams",
    kind: row.kind,
    recordId: row.recordId,
    tombstone: row.deleted,
    committedAt: row.committedAt,
    ...(row.traceParent && { traceParent: row.traceParent }),
    ...(stored.restore && { restore: true }),
    ...(stored.takeBack && { takeBack: stored.takeBack }),
  };
};
