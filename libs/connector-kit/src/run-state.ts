import type { RecordKind, StreamKind, TakeBack } from "@ams-sync/sync-core";
import type { ConnectorErrorKind } from "./connector-error.js";
import type { Link, RecordName, Removal, Result } from "./outcome.js";
import type { RemoteChange } from "./port.js";
import type { AccountKey, Ahead, RunRef } from "./run-key.js";

export { ContainerTaken, LeaseLost } from "./run-key.js";
export type {
  Left,
  Link,
  Outcome,
  RecordName,
  Removal,
  Result,
  Shown,
  ShownAction,
} from "./outcome.js";
export type { AccountKey, Ahead, RunRef } from "./run-key.js";

/** Why a run is not granted: another one holds it, state does not know it, or nothing may be done now. */
export type Refusal = "busy" | "unknown" | "parked";

export interface StreamState {
  readonly kind: StreamKind;
  /** Missing until bound. */
  readonly container?: string;
  /** Missing: the other system tells everything. */
  readonly remoteToken?: string;
  readonly remoteDue: boolean;
  readonly full: boolean;
  /** The other side has not been listed whole yet: what it holds is not known. */
  readonly listing: boolean;
  /** Since when the stream uses its container, epoch ms; missing until bound. */
  readonly boundAt?: number;
  /** The other system tells of changes by itself. */
  readonly watched?: true;
  /** It said that it stops doing so, or is about to. */
  readonly unwatched?: true;
  /** How many items belong to no record; 0: there is nothing to find. */
  readonly unlinked: number;
  /** What ams announced is taken in already. */
  readonly takenIn?: true;
  /** What is to be worked on first, where the other system is not to be asked before. */
  readonly first?: Portion;
}

/** What a page of announcements says of the whole. */
export interface RemotePage {
  /** Another one follows. */
  readonly more?: boolean;
  /** It begins a list of everything: asked for without a token. */
  readonly anew?: boolean;
  /** Until when at most the other system tells of changes by itself, epoch ms; one that is over: it does not. Missing: as it was. */
  readonly watchedUntil?: number;
}

export type BeginAnswer =
  | { readonly granted: false; readonly refusal: Refusal }
  | {
      readonly granted: true;
      readonly runId: string;
      readonly leaseMs: number;
      readonly streams: readonly StreamState[];
      /** The run reads at least this version of the settings. */
      readonly settingsVersion: bigint;
      /** The ams database that the tenant lives in; missing: state has heard of none yet. */
      readonly source?: string;
      /** Which database that is, as its capture told; see `TenantHome`. */
      readonly sourceIdentity?: string;
    };

/** A user's answer to what an unlinked item is. */
export type UserDecision =
  | ({ readonly answer: "link" } & RecordName)
  | { readonly answer: "create" | "leave" };

interface EntryBase {
  readonly entryId: bigint;
  /** A commit strikes the entry only if this still stands. */
  readonly position: bigint;
  readonly attempts: number;
  /** W3C traceparent of the span that captured the change. */
  readonly traceParent?: string;
  readonly link?: Link;
  /** The moment that age filters judge at (R16), epoch ms. */
  readonly judgedAt: number;
  /** A write was begun for it and nobody remembers how it ended. */
  readonly sent?: true;
  /** Of a `sent` one: how long ago the last such write was begun, ms. */
  readonly sentMs?: number;
  /** What such writes were to put into the item, as `marksOf` writes it. */
  readonly unsure?: readonly string[];
  /** What it came to last time, as the guard did not let it go. */
  readonly intent?: Removal;
  readonly intentFields?: readonly string[];
  /** The guard lets `intent` go, and that only. */
  readonly released?: true;
  /** Somebody has seen what was to become of it: what is not `released` is held, whatever is free. */
  readonly previewed?: true;
}

/** A record that ams announced. */
export interface AmsEntry extends EntryBase {
  readonly side: "ams";
  readonly kind: RecordKind;
  readonly recordId: string;
  /** Announced as deleted; only a fresh read makes it true. */
  readonly tombstone: boolean;
  /** Epoch ms; missing where nobody knows. */
  readonly committedAt?: number;
  /** A user wants the lost item back: the record counts as changed. */
  readonly restore?: true;
  readonly takeBack?: readonly TakeBack[];
}

/** An item that the other system announced. */
export interface RemoteEntry extends EntryBase {
  readonly side: "remote";
  readonly itemId: string;
  readonly itemVersion?: string;
  readonly gone: boolean;
  readonly decision?: UserDecision;
  /** When it was first announced, if it was made since the stream is connected, epoch ms; missing also where nobody knows. */
  readonly appearedAt?: number;
}

export type Entry = AmsEntry | RemoteEntry;

/** What is committed together. */
export interface StreamResults {
  readonly stream: StreamKind;
  readonly results: readonly Result[];
}

export interface RunCounts {
  created: number;
  updated: number;
  deleted: number;
  unlinked: number;
  adopted: number;
  /** New in ams. */
  imported: number;
  /** Records of ams that changes from outside were written into, whatever went out of them as well. */
  taken: number;
  unchanged: number;
  skipped: number;
  setAside: number;
  remoteRequests: number;
}

export interface RunSummary {
  readonly counts: Readonly<RunCounts>;
  readonly health: "ok" | "degraded" | "needs-login";
  /** Set where the run ended early. */
  readonly error?: {
    readonly kind: ConnectorErrorKind;
    /** What to do, for people. */
    readonly message: string;
  };
  /** Not before this; 0: as entries and poll time say, after an error in growing distances. */
  readonly retryInMs: number;
}

/** What is to be worked on next. */
export interface Portion {
  readonly entries: readonly Entry[];
  /**
   * How many removals of entries that are not released may go at once. 0 where all that waits could come to more than may
   * go unasked: then each is an intent until everything is planned.
   */
  readonly free: number;
  /** The stream is on trial: nothing is written on either side. Which preview it is for. */
  readonly trial?: bigint;
}

/**
 * state, as a run sees it. Every call but `begin` throws `LeaseLost` when the run no longer holds the account; all
 * other errors mean that state cannot be reached, and the run breaks off.
 */
export interface RunState {
  /** `ahead` is done in the same step where state was told of no other settings; the answer says how much of it. */
  begin(account: AccountKey, ahead?: Ahead): Promise<BeginAnswer>;
  /** Answers with the lease's remaining ms, from the moment of the answer. */
  renew(run: RunRef): Promise<number>;
  /** Answers since when the stream uses it, epoch ms. Throws `ContainerTaken` when another stream owns it. */
  bindContainer(
    run: RunRef,
    stream: StreamKind,
    container: string,
  ): Promise<number>;
  takeIn(
    run: RunRef,
    stream: StreamKind,
    kinds: readonly RecordKind[],
  ): Promise<number>;
  takeInRemote(
    run: RunRef,
    stream: StreamKind,
    changes: readonly RemoteChange[],
    token?: string,
    page?: RemotePage,
  ): Promise<number>;
  /** What is due: of the other system first, then of ams, then what failed before; at last what the guard lets go. */
  nextWork(run: RunRef, stream: StreamKind, limit: number): Promise<Portion>;
  /** Items that belong to no record, by match keys; keys that none has are missing. */
  findItems(
    run: RunRef,
    stream: StreamKind,
    keys: readonly string[],
  ): Promise<ReadonlyMap<string, readonly string[]>>;
  /** All results in one transaction; answers like `renew`. */
  commit(
    run: RunRef,
    stream: StreamKind,
    results: readonly Result[],
  ): Promise<number>;
  /** `more`: something is due at once, wake the account again. `last` is committed first, in the same transaction. */
  end(
    run: RunRef,
    summary: RunSummary,
    last?: readonly StreamResults[],
  ): Promise<{ readonly more: boolean }>;
}
