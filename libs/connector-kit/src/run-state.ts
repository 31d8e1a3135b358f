import type {
  Conflict,
  LeftReason,
  Loss,
  Origin,
  RecordKind,
  StreamKind,
  TakeBack,
} from "@ams-sync/sync-core";
import type { ConnectorErrorKind } from "./connector-error.js";
import type { Counted } from "./counted.js";
import type { RemoteChange } from "./port.js";
import type { AccountKey, Ahead, RunRef } from "./run-key.js";

export { ContainerTaken, LeaseLost } from "./run-key.js";
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

/** What is remembered of a record and its item. */
export interface Link {
  readonly kind: RecordKind;
  readonly recordId: string;
  readonly itemId: string;
  /** Missing: unknown, the item must be read. */
  readonly itemVersion?: string;
  readonly hash: string;
  /** The last agreed form, JSON. Customers' data: never logged. */
  readonly fields: string;
  readonly origin: Origin;
  /** The item was found missing (R50). State alone sets it; agreeing on a link ends it. */
  readonly lost?: Loss;
  /** Forms of the last hour, the connector's own text; missing in a result: as it was. */
  readonly history?: string;
}

/** A record that a link or a question names. */
export type RecordName = Pick<Link, "kind" | "recordId">;

/** What the guard counts: an item that goes, or a field that is emptied on either side. */
export type Removal = "delete" | "clear";
type Emptied = Readonly<Partial<Record<"fields", readonly string[]>>>;

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

/** Why an item stays without a record. */
export interface Left {
  readonly reason: LeftReason;
  /** Of the item as it was read; missing: as it was announced. */
  readonly itemVersion?: string;
  /** Match keys: hashes that say nothing of anybody. */
  readonly keys: readonly string[];
  /** Records of which it may be one. */
  readonly candidates: readonly RecordName[];
}

/** Several entries may tell of one record; in one commit what the guard counts of it counts once, with its conflicts. */
export type Outcome =
  /** Agreed: store the link, strike the entry. Of a remote entry the link may be any record's that has no item. */
  | (Counted & {
      readonly type: "linked";
      readonly link: Link;
      readonly conflicts?: readonly Conflict[];
    })
  /**
   * Forget the link, strike the entry. `leaves`: the item that stays, to be announced first; only the connector's own
   * matter. `left`: the item that stays, and why: remembered in the same step.
   */
  | (Counted & {
      readonly type: "unlinked";
      readonly leaves?: string;
      readonly left?: Left & { readonly itemId: string };
    })
  /**
   * The item is missing: mark the link, strike the entry. `itemVersion`: it is there, and called off; of that version
   * nothing more is to be told. `copies`: the key of its copies, to be announced first; only the connector's own matter.
   */
  | {
      readonly type: "lost";
      readonly itemVersion?: string;
      readonly copies?: string;
    }
  /** A removal that the guard has to let go first: keep the entry with it. */
  | ({ readonly type: "intend"; readonly removal: Removal } & Emptied)
  /** The item stays without a record: remember why, strike the entry. Of remote entries only. */
  | ({ readonly type: "left" } & Left)
  /**
   * A write begins that puts this into an item (`marksOf`): keep the entry, marked. The mark is the record's and outlasts
   * what is announced of it later.
   */
  | { readonly type: "mark-sent"; readonly fields: readonly string[] }
  /** Strike the entry, leave the link. */
  | { readonly type: "untouched" }
  /** Keep the entry. `retryInMs` 0: not before the record changes. `message` is for people, without anybody's data. */
  | {
      readonly type: "set-aside";
      readonly code: string;
      readonly message: string;
      readonly retryInMs: number;
      /** It only waits for what may still arrive: no attempt has failed. */
      readonly look?: true;
    };

export interface Result {
  readonly entryId: bigint;
  readonly position: bigint;
  readonly outcome: Outcome;
}

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
