import { streamOf } from "@ams-sync/sync-core";
import type { RecordKind, StreamKind } from "@ams-sync/sync-core";
import type { RemoteChange } from "../port.js";
import type {
  UserDecision,
  Entry,
  Link,
  Outcome,
  Portion,
  RecordName,
  RemotePage,
  Removal,
  Result,
} from "../run-state.js";
import { writesOf } from "./memory-commit.js";
import { MemoryGuard } from "./memory-guard.js";
import { entryKeyOf, entryOf, inOrder, keyOf } from "./memory-inbox.js";
import type { ConflictView, FeedRow, Stored } from "./memory-inbox.js";

export type { ConflictView, FeedRow } from "./memory-inbox.js";
export { keyOf } from "./memory-inbox.js";

export interface AsideView {
  readonly key: string;
  readonly code: string;
  readonly message: string;
  readonly attempts: number;
  readonly dueAt: number;
}

/** What waits for somebody's approval. */
export interface HeldView {
  readonly entryId: bigint;
  readonly position: bigint;
  readonly key: string;
  readonly removal: Removal;
}

/** An item that belongs to no record. */
export type LeftView = Omit<
  Extract<Outcome, { type: "left" }>,
  "type" | "itemVersion"
> & { readonly itemVersion?: string; readonly settled: boolean };

/** Two of a key are a question already. */
const FOUND_MAX = 10;
/** Above every position of the feed. */
const RESTORED = 2n ** 62n;

/** What state keeps of one stream of one account. */
export class MemoryStream {
  /** Off: kept, and left alone by runs. */
  active = true;
  container?: string;
  /** Epoch ms. */
  boundAt?: number;
  remoteToken?: string;
  remoteDue = true;
  fullWanted = true;
  /** The other side has been listed whole. */
  listed = false;
  /** There is more to delete or clear than may go unasked. */
  isHeld = false;
  readonly links = new Map<string, Link>();
  readonly unlinked = new Map<string, LeftView>();
  readonly conflicts: ConflictView[] = [];
  readonly #guard = new MemoryGuard();
  #feedToken = 0n;
  #remotePosition = 0n;
  #ids = 0n;
  readonly #inbox = new Map<string, Stored>();

  constructor(readonly kind: StreamKind) {}

  takeIn(
    feed: readonly FeedRow[],
    kinds: readonly RecordKind[],
    now: number,
  ): number {
    const full = this.fullWanted;
    const wanted = feed.filter((row) => {
      if (streamOf(row.kind) !== this.kind) return false;
      if (!full && row.position <= this.#feedToken) return false;
      const key = keyOf(row.kind, row.recordId);
      // There is nothing to take back for what never went out.
      return (
        this.links.has(key) ||
        this.#inbox.has(`ams:${key}`) ||
        (kinds.includes(row.kind) && !row.deleted)
      );
    });
    for (const row of wanted.toSorted((a, b) =>
      Number(a.position - b.position),
    ))
      this.#put(row.position, now, { row }, full ? now : row.committedAt);
    for (const { position } of feed)
      if (position > this.#feedToken) this.#feedToken = position;
    this.fullWanted = false;
    if (full) this.#lookAgain(now);
    return wanted.length;
  }

  /**
   * Tokens are void, links lose their versions and what was agreed.
   * @param elsewhere in another place: nothing has been lost there, and nothing announced
   */
  startAnew(elsewhere = false): void {
    delete this.remoteToken;
    this.remoteDue = true;
    this.fullWanted = true;
    this.listed = false;
    this.isHeld = false;
    for (const [key, { itemVersion: _, lost, ...link }] of this.links)
      this.links.set(key, {
        ...link,
        hash: "",
        fields: "{}",
        ...(lost && !elsewhere && { lost }),
      });
    this.unlinked.clear();
    for (const [key, stored] of this.#inbox) {
      const { intent, intended, approved: _, ...rest } = stored;
      if (elsewhere && "change" in stored.about) this.#inbox.delete(key);
      else if (intent)
        this.#inbox.set(key, intended ? { ...rest, dueAt: 0 } : rest);
    }
  }

  hasNews(feed: readonly FeedRow[]): boolean {
    return (
      this.fullWanted ||
      feed.some(
        (row) =>
          streamOf(row.kind) === this.kind && row.position > this.#feedToken,
      )
    );
  }

  /** Echoes of our own writes do not enter, nor items without a record that have not changed since they were left. */
  takeInRemote(
    changes: readonly RemoteChange[],
    token: string | undefined,
    now: number,
    { more = false, anew = false }: RemotePage = {},
  ): number {
    let taken = 0;
    for (const change of changes) {
      this.#remotePosition += 1n;
      const key = `remote:${change.id}`;
      const { version, gone } = change;
      const link = this.#linkOfItem(change.id);
      const left = this.unlinked.get(change.id);
      if (gone) this.unlinked.delete(change.id);
      const same = (known: string | undefined) =>
        !gone && version !== undefined && version === known;
      if (link && !link.lost && same(link.itemVersion)) {
        this.#inbox.delete(key);
        continue;
      }
      if (left && same(left.itemVersion) && !this.#inbox.has(key)) continue;
      const waiting = this.#inbox.get(key);
      if (waiting?.intent && saysNothingNew(waiting, change)) continue;
      this.#put(this.#remotePosition, now, { change }, now);
      taken += 1;
    }
    if (token !== undefined) this.remoteToken = token;
    this.listed = !more || (this.listed && !anew);
    this.remoteDue = false;
    return taken;
  }

  due(now: number): readonly Entry[] {
    return [...this.#inbox.values()]
      .filter(({ dueAt, intended }) => !intended && dueAt <= now)
      .sort(inOrder)
      .map((stored) => this.#entryOf(stored, false));
  }

  /** What is due; when nothing is, what somebody has approved, else all intents where they are few enough. */
  next(limit: number, now: number): Portion {
    const due = this.due(now);
    const free = this.#freeNow(now);
    const entries = due.length > 0 ? due : this.#released(now);
    return { entries: entries.slice(0, limit), free };
  }

  #released(now: number): readonly Entry[] {
    const approved = this.#intents.filter((stored) => stored.approved);
    const fits = this.#fits(now);
    if (approved.length === 0) this.isHeld = this.#intents.length > 0 && !fits;
    const go = approved.length > 0 ? approved : fits ? this.#intents : [];
    return go
      .toSorted((a, b) => Number(a.id - b.id))
      .map((stored) => this.#entryOf(stored, true));
  }

  /** Whether intents may go: approved ones, or all of them. */
  releasable(now: number): boolean {
    return this.#fits(now) || this.#intents.some(({ approved }) => approved);
  }

  #fits(now: number): boolean {
    const { length } = this.#intents;
    return length > 0 && length <= this.#allowed(now);
  }

  #freeNow(now: number): number {
    const waiting = [...this.#inbox.values()].filter(
      ({ aside, dueAt }) => !aside || dueAt !== Infinity,
    );
    const allowed = this.#allowed(now);
    return waiting.length <= allowed ? allowed : 0;
  }

  #allowed(now: number): number {
    return this.#guard.allowed(this.links.size, now);
  }

  get #intents(): readonly Stored[] {
    return [...this.#inbox.values()].filter(({ intended }) => intended);
  }

  apply(result: Result, now: number): void {
    this.commit([result], now);
  }

  commit(results: readonly Result[], now: number): void {
    const writes = writesOf(
      results,
      new Map([...this.#inbox.values()].map((stored) => [stored.id, stored])),
      [...this.links.values()],
    );
    for (const [key, link] of this.links)
      if (writes.unlinks(link)) this.links.delete(key);
    for (const link of writes.links) {
      const key = keyOf(link.kind, link.recordId);
      const history = link.history ?? this.links.get(key)?.history;
      const { lost: _, ...agreed } = link;
      this.links.set(key, {
        ...agreed,
        ...(history !== undefined && { history }),
      });
      this.unlinked.delete(link.itemId);
    }
    for (const [key, link] of this.links)
      if (writes.loses(link) && !link.lost)
        this.links.set(key, { ...link, lost: "noticed" });
    for (const { itemId, ...left } of writes.left) {
      if (this.#linkOfItem(itemId)) continue;
      const settled = this.unlinked.get(itemId)?.settled ?? false;
      this.unlinked.set(itemId, { ...left, settled });
    }
    for (const removal of writes.removals) this.#guard.add(removal, now);
    this.conflicts.push(...writes.conflicts);
    for (const { key, stored } of writes.entries(now))
      if (stored) this.#inbox.set(key, stored);
      else this.#inbox.delete(key);
  }

  get setAside(): readonly AsideView[] {
    return [...this.#inbox].flatMap(([key, { aside, attempts, dueAt }]) =>
      aside ? [{ key, attempts, dueAt, ...aside }] : [],
    );
  }

  get pending(): number {
    return [...this.#inbox.values()].filter(
      ({ aside, intended }) => !aside && !intended,
    ).length;
  }

  /** What a held stream would delete or clear. */
  get held(): readonly HeldView[] {
    if (!this.isHeld) return [];
    return this.#intents.flatMap((stored) =>
      stored.intent && !stored.approved
        ? [
            {
              entryId: stored.id,
              position: stored.position,
              key: entryKeyOf(stored),
              removal: stored.intent,
            },
          ]
        : [],
    );
  }

  /** @returns how many: what has changed since it was shown is left out */
  approve(shown: readonly Omit<HeldView, "key">[]): number {
    let approved = 0;
    for (const [key, stored] of this.#inbox) {
      const meant = shown.some(
        ({ entryId, position, removal }) =>
          entryId === stored.id &&
          position === stored.position &&
          removal === stored.intent,
      );
      if (!meant || !stored.intended) continue;
      this.#inbox.set(key, { ...stored, approved: true });
      approved += 1;
    }
    return approved;
  }

  findItems(keys: readonly string[]): ReadonlyMap<string, readonly string[]> {
    const found = new Map<string, readonly string[]>();
    for (const key of keys) {
      const ids = [...this.unlinked]
        .filter(([, left]) => left.keys.includes(key) && !left.settled)
        .map(([itemId]) => itemId)
        .filter((itemId) => !this.#linkOfItem(itemId))
        .toSorted();
      if (ids.length > 0) found.set(key, ids.slice(0, FOUND_MAX));
    }
    return found;
  }

  /** @returns false when the item belongs to a record by now, or the chosen record has another item */
  decideItem(itemId: string, decision: UserDecision, now: number): boolean {
    const left = this.unlinked.get(itemId);
    if (!left) return false;
    const key = `remote:${itemId}`;
    const settled = decision.answer === "leave";
    this.unlinked.set(itemId, { ...left, settled });
    const waiting = this.#inbox.get(key);
    if (settled) {
      const { decision: _, ...rest } = waiting ?? {};
      if (waiting) this.#inbox.set(key, { ...waiting, ...rest });
      return true;
    }
    if (decision.answer === "link" && !this.#choose(decision, now))
      return false;
    this.#remotePosition += 1n;
    const { itemVersion } = left;
    const change =
      waiting && "change" in waiting.about
        ? waiting.about.change
        : {
            id: itemId,
            gone: false,
            ...(itemVersion !== undefined && { version: itemVersion }),
          };
    this.#put(this.#remotePosition, now, { change }, now);
    this.#amend(key, { decision });
    return true;
  }

  /** @returns false when the item is not missing, or ams no longer has the record */
  decideLost(
    { kind, recordId }: RecordName,
    restore: boolean,
    feed: readonly FeedRow[],
    now: number,
  ): boolean {
    const record = keyOf(kind, recordId);
    const link = this.links.get(record);
    const row = feed.find(
      (one) => keyOf(one.kind, one.recordId) === record && !one.deleted,
    );
    if (!link?.lost || (restore && !row)) return false;
    this.links.set(record, { ...link, lost: restore ? "noticed" : "left" });
    const key = `ams:${record}`;
    const waiting = this.#inbox.get(key);
    if (!restore) {
      const { restore: _, ...rest } = waiting ?? {};
      if (waiting) this.#inbox.set(key, rest as Stored);
      return true;
    }
    if (!row) return false;
    this.#remotePosition += 1n;
    this.#put(RESTORED + this.#remotePosition, now, { row }, now);
    this.#amend(key, { restore: true });
    return true;
  }

  nextDueAt(): number {
    return Math.min(...[...this.#inbox.values()].map(({ dueAt }) => dueAt));
  }

  #choose({ kind, recordId }: RecordName, now: number): boolean {
    const record = keyOf(kind, recordId);
    const link = this.links.get(record);
    if (link && link.hash !== "" && !link.lost) return false;
    const waiting = this.#inbox.get(`ams:${record}`);
    if (waiting?.aside) this.#amend(`ams:${record}`, { dueAt: now });
    return true;
  }

  #amend(key: string, change: Partial<Stored>): void {
    const stored = this.#inbox.get(key);
    if (stored) this.#inbox.set(key, { ...stored, ...change });
  }

  #lookAgain(now: number): void {
    for (const [itemId, { settled, itemVersion }] of this.unlinked) {
      if (settled || this.#inbox.has(`remote:${itemId}`)) continue;
      this.#remotePosition += 1n;
      const version = itemVersion !== undefined && { version: itemVersion };
      const change = { id: itemId, gone: false, ...version };
      this.#put(this.#remotePosition, now, { change }, now);
    }
  }

  /** An entry that has changed loses what was intended and approved. */
  #put(
    position: bigint,
    now: number,
    about: Stored["about"],
    judgedAt: number,
  ): void {
    this.#ids += 1n;
    const key = entryKeyOf({ about });
    const known = this.#inbox.get(key);
    const { id = this.#ids, sent = false, unsure = [] } = known ?? {};
    const { intent, approved, restore, decision } = known ?? {};
    const stands = known?.position === position;
    this.#inbox.set(key, {
      ...{ id, position, attempts: 0, sent, unsure, about },
      dueAt: Math.min(now, known?.dueAt ?? now),
      judgedAt: Math.min(judgedAt, known?.judgedAt ?? judgedAt),
      ...(stands && intent && { intent }),
      ...(stands && approved && { approved }),
      ...(restore && { restore }),
      ...(decision && { decision }),
    });
  }

  #entryOf(stored: Stored, released: boolean): Entry {
    const { about } = stored;
    const link =
      "row" in about
        ? this.links.get(keyOf(about.row.kind, about.row.recordId))
        : this.#linkOfItem(about.change.id);
    const settled =
      "change" in about && this.unlinked.get(about.change.id)?.settled === true;
    return entryOf(stored, link, released, settled);
  }

  #linkOfItem(itemId: string): Link | undefined {
    return [...this.links.values()].find((link) => link.itemId === itemId);
  }
}

/** Polls without a token tell everything each time. */
const saysNothingNew = (
  { about }: Stored,
  { version, gone }: RemoteChange,
): boolean =>
  "change" in about &&
  about.change.gone === gone &&
  about.change.version === version &&
  (gone || version !== undefined);
