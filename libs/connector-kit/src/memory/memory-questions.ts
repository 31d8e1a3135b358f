import { togetherWith } from "@ams-sync/sync-core";
import { linkView } from "../link.js";
import type { RemoteChange } from "../port.js";
import type {
  Link,
  Outcome,
  RecordName,
  Removal,
  UserDecision,
} from "../run-state.js";
import { isVersionless } from "./memory-entries.js";
import type { MemoryEntries } from "./memory-entries.js";
import { entryKeyOf, keyOf } from "./memory-inbox.js";
import type { ConflictView, FeedRow, Stored } from "./memory-inbox.js";

/** What waits for somebody's approval. */
export interface HeldView {
  readonly entryId: bigint;
  readonly position: bigint;
  readonly key: string;
  readonly removal: Removal;
  /** Names of the fields that it empties. */
  readonly fields: readonly string[];
}

/** An item that belongs to no record. */
export type LeftView = Omit<
  Extract<Outcome, { type: "left" }>,
  "type" | "itemVersion"
> & {
  readonly itemVersion?: string;
  readonly settled: boolean;
  readonly appearedAt?: number;
};

/** Somebody, or the deletion of its record, has said that it stays as it is. */
export const isSettled = ({ settled, reason }: LeftView): boolean =>
  settled || reason === "record-deleted";

/** Two of a key are a question already. */
const FOUND_MAX = 10;

/** Above every position of the feed. */
const RESTORED = 2n ** 62n;

/** What a stream shows people, and what they answer. */
export class MemoryQuestions {
  /** There is more to delete or clear than may go unasked. */
  isHeld = false;
  readonly unlinked = new Map<string, LeftView>();

  constructor(
    private readonly inbox: MemoryEntries,
    private readonly links: Map<string, Link>,
  ) {}

  /** Somebody wants all that is linked undone. */
  undoAll(now: number): void {
    this.inbox.undo(this.links, now);
  }

  /** What a user has settled is not asked about again at each listing. */
  listed({ id, version, gone }: RemoteChange): void {
    const left = this.unlinked.get(id);
    if (left?.settled && !gone && version !== undefined)
      this.unlinked.set(id, { ...left, itemVersion: version });
  }

  /** The other system has told of any that is there. */
  get hasItems(): boolean {
    return this.unlinked.size > 0 || this.inbox.hasItems;
  }

  /** Items that no link holds, by match keys. */
  find(keys: readonly string[]): ReadonlyMap<string, readonly string[]> {
    const linked = new Set([...this.links.values()].map((one) => one.itemId));
    const found = new Map<string, readonly string[]>();
    for (const key of keys) {
      const ids = [...this.unlinked]
        .filter(([, left]) => left.keys.includes(key) && !left.settled)
        .map(([itemId]) => itemId)
        .filter((itemId) => !linked.has(itemId))
        .toSorted();
      if (ids.length > 0) found.set(key, ids.slice(0, FOUND_MAX));
    }
    return found;
  }

  /** What a held stream would delete or clear. */
  get held(): readonly HeldView[] {
    if (!this.isHeld) return [];
    return this.inbox.intents.flatMap((stored) =>
      stored.intent && !stored.approved
        ? [
            {
              entryId: stored.id,
              position: stored.position,
              key: entryKeyOf(stored),
              removal: stored.intent,
              fields: stored.intentFields ?? [],
            },
          ]
        : [],
    );
  }

  /** @returns how many: what has changed since it was shown is left out */
  approve(shown: readonly Omit<HeldView, "key">[]): number {
    let approved = 0;
    for (const [key, stored] of this.inbox) {
      const meant = shown.some(
        ({ entryId, position, removal, fields }) =>
          entryId === stored.id &&
          (position === stored.position || isVersionless(stored.about)) &&
          removal === stored.intent &&
          (stored.intentFields ?? []).every((name) => fields.includes(name)),
      );
      if (!meant || !stored.intended) continue;
      this.inbox.set(key, { ...stored, approved: true });
      approved += 1;
    }
    return approved;
  }

  /** @returns false when the item belongs to a record by now, or the chosen record has another item */
  decideItem(itemId: string, decision: UserDecision, now: number): boolean {
    const left = this.unlinked.get(itemId);
    if (!left) return false;
    const key = `remote:${itemId}`;
    const settled = decision.answer === "leave";
    this.unlinked.set(itemId, { ...left, settled });
    const waiting = this.inbox.get(key);
    if (settled) {
      const { decision: _, ...rest } = waiting ?? {};
      if (waiting) this.inbox.set(key, rest as Stored);
      return true;
    }
    if (decision.answer === "link" && !this.#choose(decision, now))
      return false;
    const { itemVersion, appearedAt } = left;
    const change =
      waiting && "change" in waiting.about
        ? waiting.about.change
        : {
            id: itemId,
            gone: false,
            ...(itemVersion !== undefined && { version: itemVersion }),
          };
    this.inbox.put(
      ...([
        this.inbox.nextPosition(),
        now,
        { change },
        now,
        appearedAt,
      ] as const),
    );
    this.inbox.amend(key, { decision });
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
    const waiting = this.inbox.get(key);
    if (!restore) {
      const { restore: _, ...rest } = waiting ?? {};
      if (waiting) this.inbox.set(key, rest as Stored);
      return true;
    }
    if (!row) return false;
    this.inbox.put(RESTORED + this.inbox.nextPosition(), now, { row }, now);
    this.inbox.amend(key, { restore: true });
    return true;
  }

  /**
   * With it goes what gave way to the same side of the same address, or time.
   * @param all the journal
   * @returns false when the two agree on another value by now, or ams no longer has the record
   */
  takeBack(
    chosen: ConflictView,
    all: readonly ConflictView[],
    feed: readonly FeedRow[],
    now: number,
  ): boolean {
    const record = keyOf(chosen.kind, chosen.recordId);
    const mates = all.filter(
      ({ kind, recordId, itemId, conflict }) =>
        keyOf(kind, recordId) === record &&
        itemId === chosen.itemId &&
        conflict.winner === chosen.conflict.winner &&
        togetherWith(chosen.conflict.field).includes(conflict.field),
    );
    // The newest of each field.
    const wanted = [
      ...new Map(
        [...mates, chosen].map(({ conflict: { field, winner, ...values } }) => [
          field,
          winner === "ams"
            ? { field, kept: values.ams, lost: values.remote }
            : { field, kept: values.remote, lost: values.ams },
        ]),
      ).values(),
    ];
    const link = this.links.get(record);
    const row = feed.find(
      (one) => keyOf(one.kind, one.recordId) === record && !one.deleted,
    );
    if (!link || !row || link.hash === "" || link.lost) return false;
    const base: Readonly<Record<string, string | undefined>> =
      linkView(link).base;
    if (wanted.some(({ field, kept }) => base[field] !== kept)) return false;
    const key = `ams:${record}`;
    const before = this.inbox.get(key)?.takeBack ?? [];
    this.inbox.put(RESTORED + this.inbox.nextPosition(), now, { row }, now);
    this.inbox.amend(key, {
      takeBack: [
        ...before.filter(({ field }) =>
          wanted.every((one) => one.field !== field),
        ),
        ...wanted,
      ],
    });
    return true;
  }

  #choose({ kind, recordId }: RecordName, now: number): boolean {
    const record = keyOf(kind, recordId);
    const link = this.links.get(record);
    if (link && link.hash !== "" && !link.lost) return false;
    const waiting = this.inbox.get(`ams:${record}`);
    if (waiting?.aside) this.inbox.amend(`ams:${record}`, { dueAt: now });
    return true;
  }
}
