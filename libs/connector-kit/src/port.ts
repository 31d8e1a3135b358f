import type {
  Canonical,
  Fields,
  Instant,
  Obstacle,
  RecordKind,
  StreamKind,
  System,
  TimeZone,
} from "@ams-sync/sync-core";
import type { AccountKey } from "./run-key.js";

/** How to reach and enter the other system. */
export interface Login {
  readonly serverUrl: string;
  readonly username: string;
  readonly password: string;
}

/** Derived from tenant, kind and record id: creating twice finds the first. `uid` is a lower-case UUID. */
export interface Identity {
  readonly uid: string;
}

/** An item as the other system holds it. */
export interface Item {
  /** The system's own address of it (an href, a Graph id). */
  readonly id: string;
  /** ETag, changeKey; missing where the system names none. */
  readonly version?: string;
  /** Whether the item carries `Identity.uid` as its own id, and which. */
  readonly uid?: string;
  /** With an `obstacle` an empty one of the stream's default type (`private`, `appointment`). */
  readonly canonical: Canonical;
  /**
   * Why the item cannot be read as a record; it is then neither compared nor written. Of an item that is linked the
   * link's record stays as it is.
   */
  readonly obstacle?: Obstacle;
  /** Fields of which it says several things, none of them the believed one: that stands for them. */
  readonly unclear?: readonly string[];
  /** The words that people sort it by, trimmed, in the item's order; missing or empty: none (R23, R46). */
  readonly categories?: readonly string[];
  /** Its class says that it is nobody else's business (R25); appointments only. */
  readonly confidential?: boolean;
  /** It was called off, and is still shown; appointments only. Whoever updates it brings it back. */
  readonly cancelled?: true;
  /** When it was made, by its own account; missing where it does not say. */
  readonly createdAt?: Instant;
  /** When it was changed last, by its own account (R16, R34); missing where it does not say. */
  readonly changedAt?: Instant;
  /** Mail addresses of those invited, lower case, without the organizer (R23); appointments only. Never written. */
  readonly attendees?: readonly string[];
  /** Those of them who have said that they do not come. */
  readonly declined?: readonly string[];
  /** Own ids of the contacts that it is linked with, beside any invitation (R23); appointments only. */
  readonly linked?: readonly string[];
  /** What the connector needs to change mapped properties and keep all others. Opaque to the kit. */
  readonly raw: unknown;
}

/** What a write left behind. `version` is missing where the system does not say and a read-back could not tell. */
export interface Written {
  readonly id: string;
  readonly version?: string;
  /** The system did not say, and the item was not read back as that may be done later. */
  readonly unread?: true;
  /** Read back: fields that were written and are not there (ADR 0019). Missing: all of them are taken to be. */
  readonly unkept?: readonly string[];
}

/** A write that is to be read back. */
export interface Unread {
  readonly id: string;
  /** What was written. */
  readonly canonical: Canonical;
}

/** What is there after a write. `version` only where it is what was written, but for what is not kept. */
export type ReadBack =
  | {
      readonly there: true;
      readonly version?: string;
      /** As in `Written`. */
      readonly unkept?: readonly string[];
    }
  | { readonly there: false };

export interface RemoteChange {
  readonly id: string;
  readonly version?: string;
  readonly gone: boolean;
}

export interface ChangesPage {
  readonly changes: readonly RemoteChange[];
  /** Stored once the page is; the last page's token starts the next call. Missing: the system has none. */
  readonly token?: string;
  readonly more: boolean;
  /** Until when at most the system tells of changes by itself, epoch ms; missing: as it was. */
  readonly watchedUntil?: number;
}

export interface SessionContext {
  /** Whose session it is; missing where a login is only tried. */
  readonly account?: AccountKey;
  /** The system has given another password in place of the login's: it is stored, where nobody has entered one meanwhile. */
  readonly renewed?: (password: string) => Promise<void>;
  /** The tenant's zone: wall times of appointments are in it. */
  readonly timeZone: TimeZone;
  readonly signal: AbortSignal;
  /** Injected clock, epoch milliseconds. */
  readonly now: () => number;
  /** Whether an own id on an item is of one of the tenant's records. */
  readonly isOurs?: (uid: string) => boolean;
  /** Which kind of record an own id is of, where it is one of the tenant's: kinds may have folders of their own (R29). */
  readonly kindOf?: (uid: string) => RecordKind | undefined;
}

/** A kind that the system has for a login, with the places for it. */
export interface Offer {
  readonly stream: StreamKind;
  readonly containers: readonly OfferedContainer[];
}
export interface OfferedContainer {
  /** What stands in the options when it is chosen. */
  readonly address: string;
  readonly name: string;
  /** The one that is made and used without a choice. */
  readonly own: boolean;
  readonly writable: boolean;
}

/** One interface for every system. All failures are `ConnectorError`s. */
export interface Connector {
  readonly system: System;
  /** Longest time that one write may take, ms: the lease must outlast it. */
  readonly requestTimeoutMs: number;
  /** Streams whose changes there come into ams. Missing: none (R24). */
  readonly inward?: readonly StreamKind[];
  /** A new appointment there comes in only where it names exactly one customer (R23). */
  readonly appointmentsNameCustomers?: true;
  /** Logs in. Throws kind `auth` where the login is refused. */
  open(login: Login, context: SessionContext): Promise<Session>;
  /**
   * Tries a login for somebody who waits, with nothing remembered of earlier ones, and lists what it may use. Changes
   * nothing there. Missing: logins of this system cannot be tried.
   */
  tryLogin?(login: Login, context: SessionContext): Promise<readonly Offer[]>;
  /** Lets go of what outlives sessions, for example connections; at the end of the process. */
  close?(): Promise<void>;
}

export interface Session {
  /**
   * The container to use: `chosen` by the user, which is `rejected` where it is absent; without a choice `bound`, which
   * was used last, or else an own one named "ams", found or made.
   */
  container(
    stream: StreamKind,
    chosen?: string,
    bound?: string,
  ): Promise<string>;
  /** Whether `container` would answer with `bound` as far as can be told without asking: then it need not be asked. */
  settled(bound: string, chosen?: string): boolean;
  stream(
    stream: StreamKind,
    container: string,
    told?: StreamToldOf,
  ): StreamPort;
  /**
   * The system tells of changes in this stream no more.
   * @param token the last one of the stream, where it is known
   */
  callOff?(stream: StreamKind, token?: string): Promise<void>;
  /** HTTP requests sent so far, for the run's counts. */
  readonly requests: number;
  close(): Promise<void>;
}

export interface StreamToldOf {
  /** The system has said that it stops telling of changes, or is about to. */
  readonly unwatched?: true;
}

export interface WriteOptions {
  /** What the system does not say of its new version is asked with `readBack`, for many at once. */
  readonly readBackLater?: true;
}

/** What reads and plans needs no more: on trial there is nothing else at hand. */
export type ReadPort = Omit<
  StreamPort,
  "create" | "update" | "delete" | "readBack"
>;

export interface StreamPort {
  /** How many writes may be under way at once, now; adapts to the server. */
  readonly concurrency: number;
  /**
   * Ids that changed since the token; without one, all. Throws kind `token-expired` for a token that is void, `gone`
   * where the container is not at its address any more: it is asked without having been looked for.
   */
  changes(token?: string): Promise<ChangesPage>;
  /**
   * Reads items, keyed by the ids as they were asked for; an absent one is not in the answer. `Item.canonical` is
   * normalized. One that cannot be read comes with its `obstacle` and does not fail the others.
   */
  fetch(ids: readonly string[]): Promise<ReadonlyMap<string, Item>>;
  /**
   * The item in the light of its record: the record's type says which of its properties are ours, however people marked
   * it there; the fields (the link's base, or the record's own where nothing was agreed on yet) say which of several
   * phone numbers, and what a value stands for that ams cannot hold (a birthday without a year): for the believed one, as
   * long as it does not contradict it, so that nobody has emptied anything, and `update` leaves it as it is. One that
   * contradicts is handed on as people write it, for the run to name. Without a believed one it is nothing. Never asked
   * of an item with an `obstacle`. Missing: as fetched.
   * @param zone the zone to read times in; missing: the session's
   */
  readAs?(item: Item, believed: Canonical, zone?: string): Item;
  /** The zone that items are read in; missing: they have no times. */
  readonly timeZone?: TimeZone;
  /** Where an item of this identity lives or would live, if the system lets one choose; otherwise undefined. */
  addressOf(identity: Identity): string | undefined;
  /**
   * Told by its address, the container is the one that `Session.container` makes, so that nothing in it is older than
   * the account's use of it; also where the user has chosen it. A calendar that was merely named like it and chosen is
   * not: what is private there must not come in unasked (R25).
   */
  readonly own?: boolean;
  /** Mail addresses of whoever logs in, lower case, where the system tells them: an invitation to them is the user's. */
  readonly userAddresses?: readonly string[];
  /** Whether an id lies in this container. Missing: all do. A link to another one is not taken for this one's. */
  holds?(id: string): boolean;
  /** Creates if absent. Throws kind `precondition` where an item of that identity is there already. */
  create(
    identity: Identity,
    canonical: Canonical,
    how?: WriteOptions,
  ): Promise<Written>;
  /** Sets mapped fields, keeps all else; conditional on `current.version`. Throws kind `precondition` or `gone`. */
  update(
    current: Item,
    canonical: Canonical,
    how?: WriteOptions,
  ): Promise<Written>;
  /** Of writes that were answered with `unread`, in one question. Missing: there are none. */
  readBack?(writes: readonly Unread[]): Promise<ReadonlyMap<string, ReadBack>>;
  /** Conditional on `version`. An item that is gone already is a success. */
  delete(id: string, version?: string): Promise<void>;
  /** What this system can hold of these fields, applied before comparing, or runs never converge. */
  normalize(canonical: Canonical): Canonical;
}

export type { Canonical, Fields };
