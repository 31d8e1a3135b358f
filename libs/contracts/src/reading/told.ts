import type { Conflict, Origin, RecordKind } from "@ams-sync/sync-core";
import type { Removal, ShownAction } from "../kinds.js";

/** What a run tells state, once it was read. */

export interface NewLink {
  readonly kind: RecordKind;
  readonly recordId: string;
  readonly itemId: string;
  /** Missing: the item must be read. */
  readonly itemVersion?: string;
  readonly hash: string;
  readonly fields: string;
  readonly origin: Origin;
  /** Missing: as it was. */
  readonly history?: string;
}

export interface RecordRef {
  readonly kind: RecordKind;
  readonly recordId: string;
}

/** An item that belongs to no record. */
export interface LeftItem {
  readonly reason: string;
  /** Of the item as it was read; missing: as it was announced. */
  readonly itemVersion?: string;
  readonly keys: readonly string[];
  readonly candidates: readonly RecordRef[];
}

/** What an entry would come to. */
export interface Shown {
  /** Of the preview that it was planned for. */
  readonly number: string;
  readonly action: ShownAction;
  readonly fields: readonly string[];
  readonly conflict: boolean;
  readonly record?: RecordRef;
  readonly itemId?: string;
}

/** A removal that waits, with the names of the fields that it empties. */
export interface Intent {
  readonly removal: Removal;
  readonly fields: readonly string[];
}

/** `destructive`: it was one of the removals that the guard counts; `unasked`: whatever was approved of the entry. */
export type Outcome =
  | {
      readonly type: "linked";
      readonly link: NewLink;
      readonly conflicts: readonly Conflict[];
      readonly destructive: boolean;
      readonly unasked?: boolean;
    }
  | {
      readonly type: "unlinked";
      readonly destructive: boolean;
      readonly unasked?: boolean;
      /** The item that stays without a record. */
      readonly left?: LeftItem & { readonly itemId: string };
    }
  /** `itemVersion`: it is there, and called off. */
  | { readonly type: "lost"; readonly itemVersion?: string }
  | ({ readonly type: "intend" } & Intent)
  | ({ readonly type: "left" } & LeftItem)
  | ({ readonly type: "shown" } & Shown)
  | { readonly type: "untouched" }
  | {
      readonly type: "set-aside";
      readonly code: string;
      readonly message: string;
      /** 0: not before the record changes. */
      readonly retryInMs: bigint;
      /** It only waits for what may still arrive: no attempt has failed. */
      readonly look: boolean;
    }
  /** `fields`: names of those that the write changes. */
  | { readonly type: "mark-sent"; readonly fields: readonly string[] };

export interface Result {
  readonly entryId: string;
  readonly position: string;
  readonly outcome: Outcome;
}

export interface RemoteChange {
  readonly itemId: string;
  readonly itemVersion?: string;
  readonly gone: boolean;
}

/** What a page of announcements says of the whole. */
export interface Page {
  readonly token?: string;
  /** Another one follows. */
  readonly more: boolean;
  /** It begins a list of everything. */
  readonly anew: boolean;
  /** Until when at most the other system tells of changes by itself. */
  readonly watchedUntil?: Date;
}
