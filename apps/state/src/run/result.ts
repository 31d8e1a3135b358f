import type { Result } from "@ams-sync/contracts/reading";
import type { RecordKind } from "@ams-sync/sync-core";
import { intentOf, Removals } from "./removals.js";
import { CLAIMED, LINKED_ELSEWHERE } from "./second-comers.js";
import type {
  JournalEntry,
  Loss,
  NewLink,
  RecordRef,
  SentMark,
  SetAside,
  StandingEntry,
  Writes,
} from "./writes.js";

export type { Outcome, Result } from "@ams-sync/contracts/reading";
export type { LeftItem, NewLink, RecordRef, StandingEntry } from "./writes.js";

/** A link of an item or a record that a result claims. */
export interface Holder extends RecordRef {
  readonly itemId: string;
  /** Nothing is agreed, or the item is missing: another item may take its place. */
  readonly vacant: boolean;
}

const recordKey = ({ kind, recordId }: { kind: string; recordId: string }) =>
  `${kind}/${recordId}`;

/**
 * Sorts results by what is to be written.
 *
 * A result without an entry was committed before and its answer got lost: it counts no more, as what came after it may
 * have changed the link again. An entry at another position has been announced again: its effect is remembered (the item
 * was written), the entry stays. One item belongs to one record, and what the other system announced to a record that
 * has no item yet, or none any more; who comes second is set aside. Several entries may tell of one record: what is
 * counted of it counts once.
 */
export const writesOf = (
  results: readonly Result[],
  entries: ReadonlyMap<string, StandingEntry>,
  holders: readonly Holder[],
): Writes => {
  const holderOf = new Map(holders.map((h) => [h.itemId, recordKey(h)]));
  const owners = new Map(holderOf);
  const occupied = new Map(
    holders
      .filter(({ vacant }) => !vacant)
      .map((h) => [recordKey(h), h.itemId]),
  );
  const standing = results.flatMap((result) => {
    const entry = entries.get(result.entryId);
    return entry === undefined ? [] : [{ ...result, entry }];
  });
  for (const { outcome, entry } of standing) {
    if (outcome.type !== "unlinked") continue;
    for (const [item, owner] of owners)
      if (item === entry.itemId || owner === recordKeyOf(entry)) {
        owners.delete(item);
        occupied.delete(owner);
      }
  }
  // The record's own entry, or that of its item, tells which item it has now.
  for (const { outcome, entry } of standing)
    if (
      outcome.type === "linked" &&
      (entry.side === "ams" ||
        occupied.get(recordKey(outcome.link)) === entry.itemId)
    )
      occupied.set(recordKey(outcome.link), outcome.link.itemId);
  const removals = new Removals();
  const conflicts = new Map<string, JournalEntry>();
  // Keyed by record: its own entry and its item's may both be in one batch.
  const links = new Map<string, NewLink>();
  const unlinkRecords: { kind: RecordKind; recordId: string }[] = [];
  const unlinkItems: string[] = [];
  const strike: string[] = [];
  const setAside: SetAside[] = [];
  const markSent: SentMark[] = [];
  const clearSent: string[] = [];
  const lost: Loss[] = [];
  const intend: Writes["intend"][number][] = [];
  const left: Writes["left"][number][] = [];
  const shown: Writes["shown"][number][] = [];
  for (const { outcome, entry, entryId, position } of standing) {
    const stands = entry.position === position;
    switch (outcome.type) {
      case "linked": {
        const owner = owners.get(outcome.link.itemId);
        if (owner !== undefined && owner !== recordKey(outcome.link)) {
          if (stands) setAside.push({ entryId, ...CLAIMED });
          break;
        }
        const record = recordKey(outcome.link);
        if (
          (occupied.get(record) ?? outcome.link.itemId) !== outcome.link.itemId
        ) {
          if (stands) setAside.push({ entryId, ...LINKED_ELSEWHERE });
          break;
        }
        owners.set(outcome.link.itemId, record);
        occupied.set(record, outcome.link.itemId);
        links.set(record, outcome.link);
        if (outcome.destructive)
          removals.add(record, "clear", !outcome.unasked && entry.approved);
        for (const conflict of outcome.conflicts)
          conflicts.set(`${record}/${conflict.field}`, {
            kind: outcome.link.kind,
            recordId: outcome.link.recordId,
            itemId: outcome.link.itemId,
            conflict,
          });
        (stands ? strike : clearSent).push(entryId);
        break;
      }
      case "unlinked":
        if (entry.kind !== null && entry.recordId !== null)
          unlinkRecords.push({ kind: entry.kind, recordId: entry.recordId });
        if (entry.itemId !== null) unlinkItems.push(entry.itemId);
        if (outcome.destructive)
          removals.add(
            recordKeyOf(entry) ?? holderOf.get(entry.itemId ?? "") ?? entryId,
            "delete",
            !outcome.unasked && entry.approved,
          );
        // Its entry and that of its record tell the same.
        if (
          outcome.left &&
          !left.some(({ itemId }) => itemId === outcome.left?.itemId)
        )
          left.push({ ...outcome.left, appearedAt: null });
        (stands ? strike : clearSent).push(entryId);
        break;
      case "lost": {
        // What was announced since may say that it is back.
        if (!stands) break;
        const { kind, recordId, itemId } = entry;
        const { type: _, ...seen } = outcome;
        lost.push({ kind, recordId, itemId, ...seen });
        strike.push(entryId);
        break;
      }
      case "left": {
        if (!stands || entry.itemId === null) break;
        const { reason, keys, candidates } = outcome;
        const itemVersion = outcome.itemVersion ?? entry.itemVersion;
        left.push({
          ...{ itemId: entry.itemId, reason, keys, candidates },
          appearedAt: entry.appearedAt,
          ...(itemVersion !== null && { itemVersion }),
        });
        strike.push(entryId);
        break;
      }
      case "intend":
        if (stands) intend.push({ entryId, ...intentOf(outcome) });
        break;
      case "shown": {
        const { type: _, ...told } = outcome;
        if (stands) shown.push({ entryId, ...told });
        break;
      }
      case "untouched":
        if (stands) strike.push(entryId);
        break;
      case "set-aside": {
        const { code, message, retryInMs, look } = outcome;
        if (stands) setAside.push({ entryId, code, message, retryInMs, look });
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
    told: standing.map(({ entryId }) => entryId),
    unlinkRecords,
    unlinkItems,
    strike,
    setAside,
    markSent,
    clearSent,
    lost,
    intend,
    left,
    conflicts: [...conflicts.values()],
    shown,
    deletes: removals.count("delete"),
    clears: removals.count("clear"),
  };
};

const recordKeyOf = ({ kind, recordId }: StandingEntry): string | undefined =>
  kind === null || recordId === null
    ? undefined
    : recordKey({ kind, recordId });
