import type { Conflict, RecordKind } from "@ams-sync/sync-core";
import type { Intent } from "./removals.js";
import type { LeftItem, NewLink, RecordRef, StandingEntry } from "./result.js";

export interface SetAside {
  readonly entryId: string;
  readonly code: string;
  readonly message: string;
  readonly retryInMs: bigint;
  readonly look: boolean;
}

export interface SentMark {
  readonly entryId: string;
  readonly fields: readonly string[];
}

export interface JournalEntry extends RecordRef {
  readonly itemId: string;
  readonly conflict: Conflict;
}

/** The link of this record or of this item. */
export interface Loss {
  readonly kind: RecordKind | null;
  readonly recordId: string | null;
  readonly itemId: string | null;
  /** Of the item that is called off; missing: it is gone. */
  readonly itemVersion?: string;
}

/** What a commit writes, one list per statement. */
export interface Writes {
  readonly links: readonly NewLink[];
  /** Entries that results tell of. */
  readonly told: readonly string[];
  readonly unlinkRecords: readonly RecordRef[];
  readonly unlinkItems: readonly string[];
  readonly strike: readonly string[];
  readonly setAside: readonly SetAside[];
  readonly markSent: readonly SentMark[];
  /** Entries that stay, but whose write is remembered now. */
  readonly clearSent: readonly string[];
  readonly lost: readonly Loss[];
  readonly intend: readonly ({ readonly entryId: string } & Intent)[];
  readonly left: readonly (LeftItem &
    Pick<StandingEntry, "appearedAt"> & { itemId: string })[];
  readonly conflicts: readonly JournalEntry[];
  /** Removals that nobody had approved. */
  readonly deletes: number;
  readonly clears: number;
}
