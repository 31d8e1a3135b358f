import type { Removal } from "@ams-sync/contracts";
import type {
  Intent,
  LeftItem,
  NewLink,
  RecordRef,
  Shown,
} from "@ams-sync/contracts/reading";
import type { Conflict, RecordKind } from "@ams-sync/sync-core";

export type {
  LeftItem,
  NewLink,
  RecordRef,
  Shown,
} from "@ams-sync/contracts/reading";

/** An inbox entry as a commit finds it. */
export interface StandingEntry {
  readonly entryId: string;
  readonly position: string;
  readonly side: "ams" | "remote";
  readonly kind: RecordKind | null;
  readonly recordId: string | null;
  readonly itemId: string | null;
  readonly itemVersion: string | null;
  /** What somebody has agreed to. */
  readonly approved: Removal | null;
  /** When the item was first announced, if it was made since the stream is connected. */
  readonly appearedAt: Date | null;
}

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
  readonly shown: readonly ({ readonly entryId: string } & Shown)[];
  /** Removals that nobody had approved. */
  readonly deletes: number;
  readonly clears: number;
}
