import { streamOf } from "@ams-sync/sync-core";
import type { RecordKind, StreamKind } from "@ams-sync/sync-core";
import type { RemoteChange } from "../port.js";
import type { Entry, Link, Result } from "../run-state.js";

/** One row of the compacted feed. */
export interface FeedRow {
  readonly kind: RecordKind;
  readonly recordId: string;
  readonly position: bigint;
  readonly deleted: boolean;
  readonly committedAt: number;
  readonly traceParent?: string;
}

interface Stored {
  readonly id: bigint;
  readonly position: bigint;
  readonly attempts: number;
  readonly sent: boolean;
  readonly unsure: readonly string[];
  /** Epoch ms; Infinity: not before the record changes. */
  readonly dueAt: number;
  readonly about:
    | { readonly row: FeedRow; readonly judgedAt: number }
    | { readonly change: RemoteChange };
  readonly aside?: { readonly code: string; readonly message: string };
}

export interface AsideView {
  readonly key: string;
  readonly code: string;
  readonly message: string;
  readonly attempts: number;
  readonly dueAt: number;
}

/** What state keeps of one stream of one account. */
export class MemoryStream {
  /** Off: kept, and left alone by runs. */
  active = true;
  container?: string;
  remoteToken?: string;
  remoteDue = true;
  fullWanted = true;
  readonly links = new Map<string, Link>();
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
    for (const row of wanted)
      this.#put(`ams:${keyOf(row.kind, row.recordId)}`, row.position, now, {
        row,
        judgedAt: full ? now : row.committedAt,
      });
    for (const { position } of feed)
      if (position > this.#feedToken) this.#feedToken = position;
    this.fullWanted = false;
    return wanted.length;
  }

  /** Reset, or another container: tokens are void, links lose their versions and what was agreed. */
  startAnew(): void {
    delete this.remoteToken;
    this.remoteDue = true;
    this.fullWanted = true;
    for (const [key, { itemVersion: _, ...link }] of this.links)
      this.links.set(key, { ...link, hash: "", fields: "{}" });
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

  takeInRemote(
    changes: readonly RemoteChange[],
    token: string | undefined,
    now: number,
  ): number {
    for (const change of changes) {
      this.#remotePosition += 1n;
      this.#put(`remote:${change.id}`, this.#remotePosition, now, { change });
    }
    if (token !== undefined) this.remoteToken = token;
    this.remoteDue = false;
    return changes.length;
  }

  due(now: number): readonly Entry[] {
    return [...this.#inbox.values()]
      .filter(({ dueAt }) => dueAt <= now)
      .sort((a, b) => Number(a.position - b.position))
      .map((stored) => this.#entryOf(stored));
  }

  apply({ entryId, position, outcome }: Result, now: number): void {
    const [key, stored] =
      [...this.#inbox].find(([, { id }]) => id === entryId) ?? [];
    if (outcome.type === "linked")
      this.links.set(
        keyOf(outcome.link.kind, outcome.link.recordId),
        outcome.link,
      );
    if (outcome.type === "unlinked" && stored && "row" in stored.about)
      this.links.delete(
        keyOf(stored.about.row.kind, stored.about.row.recordId),
      );
    if (outcome.type === "mark-sent") {
      // Of the record, not of this announcement of it.
      if (key !== undefined && stored)
        this.#inbox.set(key, {
          ...stored,
          sent: true,
          unsure: [...new Set([...stored.unsure, ...outcome.fields])],
        });
      return;
    }
    if (key === undefined || stored === undefined) return;
    if (stored.position !== position) {
      // Announced again meanwhile; what was written is remembered all the same.
      if (outcome.type === "linked" || outcome.type === "unlinked")
        this.#inbox.set(key, { ...stored, sent: false, unsure: [] });
      return;
    }
    if (outcome.type !== "set-aside") {
      this.#inbox.delete(key);
      return;
    }
    const { code, message, retryInMs } = outcome;
    this.#inbox.set(key, {
      ...stored,
      attempts: stored.attempts + 1,
      dueAt: retryInMs === 0 ? Infinity : now + retryInMs,
      aside: { code, message },
    });
  }

  get setAside(): readonly AsideView[] {
    return [...this.#inbox].flatMap(([key, { aside, attempts, dueAt }]) =>
      aside ? [{ key, attempts, dueAt, ...aside }] : [],
    );
  }

  get pending(): number {
    return [...this.#inbox.values()].filter(({ aside }) => !aside).length;
  }

  nextDueAt(): number {
    return Math.min(...[...this.#inbox.values()].map(({ dueAt }) => dueAt));
  }

  #put(
    key: string,
    position: bigint,
    now: number,
    about: Stored["about"],
  ): void {
    this.#ids += 1n;
    const known = this.#inbox.get(key);
    const { id = this.#ids, sent = false, unsure = [] } = known ?? {};
    this.#inbox.set(key, {
      id,
      position,
      attempts: 0,
      sent,
      unsure,
      dueAt: now,
      about,
    });
  }

  #entryOf({ id, position, attempts, sent, unsure, about }: Stored): Entry {
    const base = { entryId: id, position, attempts };
    if ("change" in about) {
      const { id: itemId, version, gone } = about.change;
      const link = [...this.links.values()].find(
        (known) => known.itemId === itemId,
      );
      return {
        ...base,
        side: "remote",
        itemId,
        gone,
        ...(version !== undefined && { itemVersion: version }),
        ...(link && { link }),
      };
    }
    const { row, judgedAt } = about;
    const link = this.links.get(keyOf(row.kind, row.recordId));
    return {
      ...base,
      side: "ams",
      kind: row.kind,
      recordId: row.recordId,
      tombstone: row.deleted,
      judgedAt,
      committedAt: row.committedAt,
      ...(row.traceParent && { traceParent: row.traceParent }),
      ...(sent && { sent, unsure }),
      ...(link && { link }),
    };
  }
}

export const keyOf = (kind: RecordKind, recordId: string): string =>
  `${kind}/${recordId}`;
