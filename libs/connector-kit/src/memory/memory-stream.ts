import { streamOf } from "@ams-sync/sync-core";
import type { RecordKind, StreamKind } from "@ams-sync/sync-core";
import type { RemoteChange } from "../port.js";
import type { Entry, Link, Portion, RemotePage, Result } from "../run-state.js";
import { strikeAnswered } from "./memory-answered.js";
import { keepOnce, writesOf } from "./memory-commit.js";
import { MemoryEntries, saysNothingNew } from "./memory-entries.js";
import { MemoryGuard } from "./memory-guard.js";
import { MemoryPlace } from "./memory-place.js";
import { entryOf, inOrder, keyOf } from "./memory-inbox.js";
import { storedLink, voidLink } from "./memory-links.js";
import { MemoryQuestions, isSettled } from "./memory-questions.js";
import { MemoryRelease } from "./memory-release.js";
import { MemoryTrial, plannedAnew } from "./memory-trial.js";
import type {
  AsideView,
  ConflictView,
  FeedRow,
  Stored,
} from "./memory-inbox.js";

export type { ConflictView, FeedRow } from "./memory-inbox.js";
export { keyOf } from "./memory-inbox.js";

/** What state keeps of one stream of one account. */
export class MemoryStream extends MemoryPlace {
  remoteDue = true;
  /** The run under way was told to ask the other side; a token that a reset overtook is dropped. */
  polling = false;
  fullWanted = true;
  /** Epoch ms of the last full intake. */
  fullAt?: number;
  readonly links = new Map<string, Link>();
  readonly conflicts: ConflictView[] = [];
  readonly #guard = new MemoryGuard();
  #feedToken = 0n;
  readonly #inbox = new MemoryEntries();
  readonly questions = new MemoryQuestions(this.#inbox, this.links);
  readonly trial = new MemoryTrial(this.#inbox, this.links);
  readonly #release = new MemoryRelease(
    ...([this.#inbox, this.links, this.#guard, this.questions] as const),
  );

  constructor(readonly kind: StreamKind) {
    super();
  }

  takeIn(
    feed: readonly FeedRow[],
    kinds: readonly RecordKind[],
    now: number,
  ): number {
    const full = this.fullWanted;
    const wanted = feed.filter((row) => {
      if (this.parting || streamOf(row.kind) !== this.kind) return false;
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
      this.#announce(row, full ? now : row.committedAt, now);
    for (const { position } of feed)
      if (position > this.#feedToken) this.#feedToken = position;
    this.fullWanted = false;
    if (full) this.fullAt = now;
    if (full) this.#lookAgain(now);
    return wanted.length;
  }

  #announce(row: FeedRow, judgedAt: number, now: number): void {
    this.#inbox.put(row.position, now, { row }, judgedAt);
    if (row.position > this.#feedToken && row.position <= this.trial.seenTo)
      this.#inbox.amend(`ams:${keyOf(row.kind, row.recordId)}`, {
        previewed: true,
      });
  }

  /**
   * Tokens are void, links lose their versions and what was agreed.
   * @param elsewhere in another place: nothing has been lost there, and nothing announced
   */
  startAnew(now: number, elsewhere = false): void {
    delete this.remoteToken;
    this.remoteDue = true;
    if (!elsewhere) this.polling = false;
    this.fullWanted = true;
    this.listed = false;
    this.calledOff.clear();
    this.firstSeen.forget();
    this.questions.isHeld = false;
    this.trial.seenTo = 0n;
    for (const [key, link] of this.links)
      this.links.set(key, voidLink(link, elsewhere));
    for (const [itemId, { reason }] of this.questions.unlinked)
      if (elsewhere || reason !== "record-deleted")
        this.questions.unlinked.delete(itemId);
    for (const [key, stored] of this.#inbox) {
      const { intent, intended, approved: _, ...rest } = stored;
      if (elsewhere && "change" in stored.about) this.#inbox.delete(key);
      else if (stored.aside && "change" in stored.about) {
        const { id, gone } = stored.about.change;
        this.#inbox.amend(key, { about: { change: { id, gone } } });
      } else if (stored.tried) this.#inbox.set(key, plannedAnew(stored, now));
      else if (intent)
        this.#inbox.set(key, intended ? { ...rest, dueAt: now } : rest);
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
      const key = `remote:${change.id}`;
      const { version, gone } = change;
      const link = this.#linkOfItem(change.id);
      const left = this.questions.unlinked.get(change.id);
      const about = { linked: link !== undefined, left };
      const appearedAt = this.firstSeen.appearedAt(change, about, now);
      if (gone) this.questions.unlinked.delete(change.id);
      const same = (known: string | undefined) =>
        !gone && version !== undefined && version === known;
      const { lost, itemVersion } = link ?? {};
      if (link && same(lost ? this.calledOff.get(change.id) : itemVersion)) {
        this.#inbox.delete(key);
        continue;
      }
      if (left && same(left.itemVersion) && !this.#inbox.has(key)) continue;
      this.questions.listed(change);
      const waiting = this.#inbox.get(key);
      if (waiting && saysNothingNew(waiting, change)) continue;
      this.#inbox.put(
        ...([this.#inbox.nextPosition(), now, { change }, now] as const),
        appearedAt,
      );
      taken += 1;
    }
    if (!this.polling) return taken;
    if (token !== undefined) this.remoteToken = token;
    if (!more && (anew || !this.listed)) {
      this.firstSeen.allKnown(now);
      this.trial.listed(!this.questions.hasItems);
    }
    this.listed = !more || (this.listed && !anew);
    this.remoteDue = false;
    return taken;
  }

  due(now: number): readonly Entry[] {
    return [...this.#inbox.values()]
      .filter(
        ({ dueAt, intended, tried }) => !(intended ?? tried) && dueAt <= now,
      )
      .sort(inOrder)
      .map((stored) => this.#entryOf(stored, false, now));
  }

  /** What is due; when nothing is, what somebody has approved, else all intents where they are few enough. */
  next(limit: number, now: number): Portion {
    const due = this.due(now);
    const free = this.#release.free(now);
    const { preview, number } = this.trial;
    const trial = preview && { trial: number };
    const entries = due.length > 0 || trial ? due : this.#released(limit, now);
    return { entries: entries.slice(0, limit), free, ...trial };
  }

  #released(limit: number, now: number): readonly Entry[] {
    return this.#release
      .intents(now, true)
      .toSorted((a, b) => Number(a.id - b.id))
      .slice(0, limit)
      .sort(inOrder)
      .map((stored) => this.#entryOf(stored, true, now));
  }

  /** Whether intents may go: approved ones, or all of them. Once all is planned, what may not is held. */
  mayGo(now: number): boolean {
    if (this.trial.preview) return false;
    const planned = this.due(now).length === 0;
    return this.#release.intents(now, planned).length > 0;
  }

  /** At the end of a run. */
  settle(now: number): void {
    const planned = this.due(now).length === 0;
    if (this.listed && !this.fullWanted && planned) this.trial.settle(now);
  }

  commit(results: readonly Result[], now: number): void {
    const writes = writesOf(
      results,
      new Map([...this.#inbox.values()].map((stored) => [stored.id, stored])),
      [...this.links.values()],
    );
    for (const [key, link] of this.links)
      if (writes.unlinks(link)) {
        this.links.delete(key);
        this.firstSeen.part(link.itemId);
      }
    for (const link of writes.links) {
      const key = keyOf(link.kind, link.recordId);
      strikeAnswered(this.#inbox, link, this.links, results);
      this.links.set(key, storedLink(link, this.links.get(key)));
      this.questions.unlinked.delete(link.itemId);
    }
    for (const [key, link] of this.links) {
      const loss = writes.lossOf(link);
      if (loss) this.noteLoss(link.itemId, loss.itemVersion);
      if (loss && !link.lost) this.links.set(key, { ...link, lost: "noticed" });
    }
    for (const { itemId, ...left } of writes.left) {
      if (this.#linkOfItem(itemId)) continue;
      const known = this.questions.unlinked.get(itemId);
      const { appearedAt: told, ...rest } = left;
      const appearedAt = known ? known.appearedAt : told;
      this.questions.unlinked.set(itemId, {
        ...{ ...rest, settled: known?.settled ?? false },
        ...(appearedAt !== undefined && { appearedAt }),
      });
    }
    for (const removal of writes.removals) this.#guard.add(removal, now);
    keepOnce(this.conflicts, writes.conflicts);
    for (const { key, stored } of writes.entries(now))
      if (stored) this.#inbox.set(key, stored);
      else this.#inbox.delete(key);
    this.trial.keep(writes.shown);
  }

  get setAside(): readonly AsideView[] {
    return this.#inbox.setAside;
  }

  get pending(): number {
    return this.#inbox.pending;
  }

  nextDueAt(): number {
    return Math.min(...[...this.#inbox.values()].map(({ dueAt }) => dueAt));
  }

  #lookAgain(now: number): void {
    for (const [itemId, left] of this.questions.unlinked) {
      const { itemVersion, appearedAt } = left;
      if (isSettled(left) || this.#inbox.has(`remote:${itemId}`)) continue;
      const version = itemVersion !== undefined && { version: itemVersion };
      const change = { id: itemId, gone: false, ...version };
      this.#inbox.put(
        ...([this.#inbox.nextPosition(), now, { change }, now] as const),
        appearedAt,
      );
    }
  }

  #entryOf(stored: Stored, released: boolean, now: number): Entry {
    const { about } = stored;
    const link =
      "row" in about
        ? this.links.get(keyOf(about.row.kind, about.row.recordId))
        : this.#linkOfItem(about.change.id);
    const left =
      "change" in about && this.questions.unlinked.get(about.change.id);
    const settled = left ? isSettled(left) : false;
    return entryOf(stored, link, released, settled, now);
  }

  #linkOfItem(itemId: string): Link | undefined {
    return [...this.links.values()].find((link) => link.itemId === itemId);
  }
}
