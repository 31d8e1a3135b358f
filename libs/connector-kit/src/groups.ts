import { pickFields } from "@ams-sync/sync-core";
import type { AmsRecord, Fields, UserView } from "@ams-sync/sync-core";
import { recordKey } from "./ams-records.js";
import type { AmsView, RecordRef } from "./ams-records.js";
import { linkView, withBase } from "./link.js";
import type { Named } from "./named.js";
import type { Item } from "./port.js";
import type { AmsEntry, Entry, Link, RemoteEntry } from "./run-state.js";
import type { WithoutStrangers } from "./strangers.js";

/** All that was announced of one record. */
export interface Group {
  readonly entry: AmsEntry;
  readonly entries: readonly Entry[];
  readonly user: UserView;
  readonly record?: AmsRecord;
  readonly link?: Link;
  /** Missing: the planner says whether it is to be read. */
  readonly seen?: { readonly item: Item | undefined };
  readonly announced: boolean;
  /** Whether the record has another item only state can tell. */
  readonly loose: boolean;
  /** The item was told by its own id. */
  readonly own: boolean;
  readonly imported: boolean;
  /** Items of a record that has another one. */
  readonly copies: readonly { readonly entry: RemoteEntry; item: Item }[];
}

interface Found {
  readonly views: readonly AmsView[];
  readonly isUnread: (itemId: string) => boolean;
  readonly isMade: (ref: RecordRef) => boolean;
  readonly again: () => void;
  /** What is found is not remembered, so that nothing comes again with it. */
  readonly onTrial: boolean;
  readonly withoutStrangers: WithoutStrangers;
}

export const groupsOf = (
  named: readonly (readonly [Entry, Named])[],
  found: Found,
): readonly Group[] => {
  const byRecord = new Map<string, (readonly [Entry, Named])[]>();
  for (const one of named) {
    const key = recordKey(one[1].ref);
    byRecord.set(key, [...(byRecord.get(key) ?? []), one]);
  }
  return [...byRecord.values()].flatMap((all) => groupOf(all, found) ?? []);
};

const groupOf = (
  told: readonly (readonly [Entry, Named])[],
  { views, isUnread, isMade, again, onTrial, withoutStrangers }: Found,
): Group | undefined => {
  const [first] = told;
  if (!first) return undefined;
  const { ref } = first[1];
  const user = views.find((view) => view.user)?.user;
  if (!user) return undefined;
  // What has just been made of an item comes with its link.
  if (isMade(ref)) {
    again();
    return undefined;
  }
  const key = recordKey(ref);
  const record = views.map(({ records }) => records.get(key)).find(Boolean);
  const all = withoutStrangers(told, record);
  if (all.length === 0) return undefined;
  const ams = all.flatMap(([entry]) =>
    entry.side === "ams" ? [entry] : [],
  )[0];
  const linked = all.flatMap(([entry, { item }]) =>
    entry.side === "remote" && entry.link ? [{ entry, item }] : [],
  )[0];
  const strays = all.flatMap(([entry, { item, own, imported }]) =>
    entry.side === "remote" && !entry.link && item
      ? [{ entry, item, own: own === true, imported: imported === true }]
      : [],
  );
  const link = linked?.entry.link ?? ams?.link;
  // The item was put to another address there.
  const moved =
    linked && !linked.item && !isUnread(linked.entry.itemId)
      ? (strays.find(isSame) ?? strays[0])
      : undefined;
  const chosen = moved ?? (link ? undefined : strays[0]);
  const others = strays.filter((one) => one !== chosen);
  if (!link && !onTrial && others.length > 0) again();
  const entries: readonly Entry[] = [
    ...(ams ? [ams] : []),
    ...(linked ? [linked.entry] : []),
    ...(chosen ? [chosen.entry] : []),
  ];
  const seen =
    chosen !== undefined
      ? { item: chosen.item }
      : linked && !isUnread(linked.entry.itemId)
        ? { item: linked.item }
        : undefined;
  const toldOf = moved && link ? movedTo(link, moved) : link;
  return {
    entry: subjectOf(ref, ams, entries, toldOf),
    entries,
    user,
    ...(record && { record }),
    ...(toldOf && { link: toldOf }),
    ...(seen && { seen }),
    announced: linked !== undefined || chosen !== undefined,
    loose: !link && !ams,
    own: chosen?.own === true,
    imported: chosen?.imported === true,
    copies: link || onTrial ? others : [],
  };
};

interface Stray {
  readonly item: Item;
  readonly own: boolean;
  readonly imported: boolean;
}

/** It has the id of the one that is missing, and nothing in it says that it is another one. */
const isSame = ({ own, imported }: Stray): boolean => own || imported;

/**
 * What the link remembers of the missing one. Of an item that may be another one of the same record: what it lacks was
 * not removed by anybody.
 */
const movedTo = (link: Link, stray: Stray): Link => {
  const { itemVersion: _, ...known } = link;
  // Somebody else's is not ours to delete, whatever became of ours.
  const origin = isSame(stray) ? link.origin : "adopted";
  const { id: itemId, canonical } = stray.item;
  const { base } = linkView(link);
  const there: Fields = canonical.fields;
  const held = Object.keys(base).filter((name) => there[name] !== undefined);
  const agreed = isSame(stray) ? base : pickFields(base, held);
  return withBase({ ...known, origin, itemId }, agreed);
};

/** Marks are the record's, whoever announced it. */
const subjectOf = (
  { kind, id }: RecordRef,
  ams: AmsEntry | undefined,
  entries: readonly Entry[],
  link: Link | undefined,
): AmsEntry => {
  const [first] = entries;
  if (!first) throw new Error("A record that nobody told of.");
  const { entryId, position, attempts, judgedAt } = first;
  const unsure = [...new Set(entries.flatMap((one) => one.unsure ?? []))];
  const { link: _, ...told } = ams ?? {
    ...{ side: "ams" as const, kind, recordId: id, tombstone: false },
    ...{ entryId, position, attempts, judgedAt, link },
  };
  return {
    ...told,
    ...(link && { link }),
    ...(entries.some(({ sent }) => sent) && { sent: true as const, unsure }),
  };
};
