import type { Origin, RecordKind } from "@ams-sync/sync-core";

export interface NewLink {
  readonly kind: RecordKind;
  readonly recordId: string;
  readonly itemId: string;
  /** Missing: the item must be read. */
  readonly itemVersion?: string;
  readonly hash: string;
  readonly fields: string;
  readonly origin: Origin;
}

export type Outcome =
  | { readonly type: "linked"; readonly link: NewLink }
  | { readonly type: "unlinked" }
  | { readonly type: "untouched" }
  | {
      readonly type: "set-aside";
      readonly code: string;
      readonly message: string;
      /** 0: not before the record changes. */
      readonly retryInMs: bigint;
    }
  /** `fields`: names of those that the write changes. */
  | { readonly type: "mark-sent"; readonly fields: readonly string[] };

export interface Result {
  readonly entryId: string;
  readonly position: string;
  readonly outcome: Outcome;
}

/** An inbox entry as a commit finds it. */
export interface StandingEntry {
  readonly entryId: string;
  readonly position: string;
  readonly side: "ams" | "remote";
  readonly kind: RecordKind | null;
  readonly recordId: string | null;
  readonly itemId: string | null;
}

/** A link that holds an item which a result claims. */
export interface Holder {
  readonly kind: RecordKind;
  readonly recordId: string;
  readonly itemId: string;
}

export interface SetAside {
  readonly entryId: string;
  readonly code: string;
  readonly message: string;
  readonly retryInMs: bigint;
}

export interface SentMark {
  readonly entryId: string;
  readonly fields: readonly string[];
}

/** What a commit writes, one list per statement. */
export interface Writes {
  readonly links: readonly NewLink[];
  readonly unlinkRecords: readonly { kind: RecordKind; recordId: string }[];
  readonly unlinkItems: readonly string[];
  readonly strike: readonly string[];
  readonly setAside: readonly SetAside[];
  readonly markSent: readonly SentMark[];
  /** Entries that stay, but whose write is remembered now. */
  readonly clearSent: readonly string[];
}

const CLAIMED: Omit<SetAside, "entryId"> = {
  code: "item-linked-elsewhere",
  message:
    "The item belongs to another record already. Remove one of the two in the other system, or change the record.",
  retryInMs: 0n,
};

const recordKey = ({ kind, recordId }: { kind: string; recordId: string }) =>
  `${kind}/${recordId}`;

/**
 * Sorts results by what is to be written.
 *
 * A result without an entry was committed before and its answer got lost: it counts no more, as what came after it may
 * have changed the link again. An entry at another position has been announced again: its effect is remembered (the item
 * was written), the entry stays. One item belongs to one record; who comes second is set aside.
 */
export const writesOf = (
  results: readonly Result[],
  entries: ReadonlyMap<string, StandingEntry>,
  holders: readonly Holder[],
): Writes => {
  const owners = new Map(holders.map((h) => [h.itemId, recordKey(h)]));
  const standing = results.flatMap((result) => {
    const entry = entries.get(result.entryId);
    return entry === undefined ? [] : [{ ...result, entry }];
  });
  for (const { outcome, entry } of standing) {
    if (outcome.type !== "unlinked") continue;
    for (const [item, owner] of owners)
      if (item === entry.itemId || owner === recordKeyOf(entry))
        owners.delete(item);
  }
  // Keyed by record: its own entry and its item's may both be in one batch.
  const links = new Map<string, NewLink>();
  const unlinkRecords: { kind: RecordKind; recordId: string }[] = [];
  const unlinkItems: string[] = [];
  const strike: string[] = [];
  const setAside: SetAside[] = [];
  const markSent: SentMark[] = [];
  const clearSent: string[] = [];
  for (const { outcome, entry, entryId, position } of standing) {
    const stands = entry.position === position;
    switch (outcome.type) {
      case "linked": {
        const owner = owners.get(outcome.link.itemId);
        if (owner !== undefined && owner !== recordKey(outcome.link)) {
          if (stands) setAside.push({ entryId, ...CLAIMED });
          break;
        }
        owners.set(outcome.link.itemId, recordKey(outcome.link));
        links.set(recordKey(outcome.link), outcome.link);
        (stands ? strike : clearSent).push(entryId);
        break;
      }
      case "unlinked":
        if (entry.kind !== null && entry.recordId !== null)
          unlinkRecords.push({ kind: entry.kind, recordId: entry.recordId });
        if (entry.itemId !== null) unlinkItems.push(entry.itemId);
        (stands ? strike : clearSent).push(entryId);
        break;
      case "untouched":
        if (stands) strike.push(entryId);
        break;
      case "set-aside": {
        const { code, message, retryInMs } = outcome;
        if (stands) setAside.push({ entryId, code, message, retryInMs });
        break;
      }
      case "mark-sent":
        // Of the record, not of this announcement of it: it stays true whatever is announced next.
        markSent.push({ entryId, fields: outcome.fields });
        break;
    }
  }
  return {
    links: [...links.values()],
    unlinkRecords,
    unlinkItems,
    strike,
    setAside,
    markSent,
    clearSent,
  };
};

const recordKeyOf = ({ kind, recordId }: StandingEntry): string | undefined =>
  kind === null || recordId === null
    ? undefined
    : recordKey({ kind, recordId });
