import type { Link, Outcome, Removal, Result } from "../run-state.js";
import { CommitRemovals } from "./memory-guard.js";
import { entryKeyOf, keyOf } from "./memory-inbox.js";
import type { ConflictView, Stored } from "./memory-inbox.js";

type Left = Omit<Extract<Outcome, { type: "left" }>, "type"> & {
  readonly itemId: string;
  readonly appearedAt?: number;
};

type Loss = Extract<Outcome, { type: "lost" }>;

/** What a commit comes to: as the service sorts it. */
export interface Writes {
  readonly links: readonly Link[];
  readonly unlinks: (link: Link) => boolean;
  readonly lossOf: (link: Link) => Loss | undefined;
  readonly left: readonly Left[];
  readonly conflicts: readonly ConflictView[];
  readonly removals: readonly Removal[];
  /** Entries as they are afterwards; without `stored` they are struck. */
  entries(now: number): readonly { key: string; stored?: Stored }[];
  /** What is only tried. */
  readonly shown: readonly {
    readonly key: string;
    readonly stored: Stored;
    readonly outcome: Extract<Outcome, { type: "shown" }>;
  }[];
}

const recordKey = ({ kind, recordId }: Pick<Link, "kind" | "recordId">) =>
  keyOf(kind, recordId);
const recordOf = ({ about }: Stored): string | undefined =>
  "row" in about ? recordKey(about.row) : undefined;
const itemOf = ({ about }: Stored): string | undefined =>
  "change" in about ? about.change.id : undefined;

/**
 * A result without an entry was committed before. An entry at another position was announced again: its effect is
 * remembered, the entry stays. One item belongs to one record, and what the other system announced to a record that has
 * no item; who comes second is set aside.
 */
export const writesOf = (
  results: readonly Result[],
  inbox: ReadonlyMap<bigint, Stored>,
  known: readonly Link[],
): Writes => {
  const standing = results.flatMap(({ entryId, position, outcome }) => {
    const stored = inbox.get(entryId);
    if (!stored) return [];
    return [{ outcome, stored, stands: stored.position === position }];
  });
  const of = (type: Outcome["type"]) =>
    standing.filter((one) => one.outcome.type === type);
  const touches = (some: readonly { stored: Stored }[]) => (link: Link) =>
    some.some(
      ({ stored }) =>
        recordOf(stored) === recordKey(link) || itemOf(stored) === link.itemId,
    );
  const unlinks = touches(of("unlinked"));
  const kept = known.filter((link) => !unlinks(link));
  const owners = new Map(kept.map((link) => [link.itemId, recordKey(link)]));
  const occupied = new Map(
    kept
      .filter(({ hash, lost }) => hash !== "" && !lost)
      .map((link) => [recordKey(link), link.itemId]),
  );
  for (const { outcome, stored } of standing) {
    if (outcome.type !== "linked") continue;
    const record = recordKey(outcome.link);
    if ("row" in stored.about || occupied.get(record) === itemOf(stored))
      occupied.set(record, outcome.link.itemId);
  }
  const links = new Map<string, Link>();
  const conflicts = new Map<string, ConflictView>();
  const removals = new CommitRemovals();
  const left: Left[] = [];
  const shown: Writes["shown"][number][] = [];
  const after: ((now: number) => { key: string; stored?: Stored })[] = [];
  for (const { outcome, stored, stands } of standing) {
    const key = entryKeyOf(stored);
    const agreed = ({ unasked }: { readonly unasked?: boolean }) =>
      !unasked && stored.approved && stored.intent;
    const strike = () =>
      after.push(() =>
        stands
          ? { key }
          : { key, stored: { ...stored, sent: false, unsure: [] } },
      );
    const aside = (
      code: string,
      message: string,
      retryInMs: number,
      look = false,
    ) => {
      if (stands)
        after.push((now) => ({
          key,
          stored: {
            ...without(stored),
            attempts: stored.attempts + (look ? 0 : 1),
            dueAt: retryInMs === 0 ? Infinity : now + retryInMs,
            aside: { code, message },
          },
        }));
    };
    switch (outcome.type) {
      case "linked": {
        const { link } = outcome;
        const record = recordKey(link);
        if ((owners.get(link.itemId) ?? record) !== record) {
          aside("item-linked-elsewhere", "The item has a record.", 0);
          break;
        }
        if ((occupied.get(record) ?? link.itemId) !== link.itemId) {
          aside("record-linked-elsewhere", "The record has an item.", 0);
          break;
        }
        owners.set(link.itemId, record);
        occupied.set(record, link.itemId);
        links.set(record, link);
        if (outcome.destructive) removals.add(record, "clear", agreed(outcome));
        for (const conflict of outcome.conflicts ?? [])
          conflicts.set(`${record}/${conflict.field}`, {
            ...{ kind: link.kind, recordId: link.recordId },
            ...{ itemId: link.itemId, conflict },
          });
        strike();
        break;
      }
      case "unlinked": {
        const holder = known.find(({ itemId }) => itemId === itemOf(stored));
        const record =
          recordOf(stored) ?? (holder ? recordKey(holder) : String(stored.id));
        if (outcome.destructive)
          removals.add(record, "delete", agreed(outcome));
        if (outcome.left) left.push(outcome.left);
        strike();
        break;
      }
      case "shown":
        if (stands) shown.push({ key, stored, outcome });
        break;
      case "lost":
      case "untouched":
        if (stands) after.push(() => ({ key }));
        break;
      case "left": {
        const itemId = itemOf(stored);
        if (!stands || itemId === undefined || !("change" in stored.about))
          break;
        const { type: _, ...told } = outcome;
        const itemVersion = told.itemVersion ?? stored.about.change.version;
        const { appearedAt } = stored;
        left.push({
          ...told,
          ...(appearedAt !== undefined && { appearedAt }),
          itemId,
          ...(itemVersion !== undefined && { itemVersion }),
        });
        after.push(() => ({ key }));
        break;
      }
      case "intend": {
        const { removal: intent, fields: intentFields = [] } = outcome;
        const { approved: _, ...rest } = without(stored);
        const shown = stored.intentFields ?? [];
        const agreed =
          stored.approved &&
          stored.intent === intent &&
          intentFields.every((name) => shown.includes(name));
        const intended = { ...rest, intent, intentFields, dueAt: Infinity };
        if (stands)
          after.push(() => ({
            key,
            stored: {
              ...intended,
              intended: true,
              ...(agreed && { approved: true }),
            },
          }));
        break;
      }
      case "set-aside":
        aside(
          ...([outcome.code, outcome.message, outcome.retryInMs] as const),
          outcome.look,
        );
        break;
      case "mark-sent":
        // Of the record, not of this announcement of it.
        after.push((now) => ({
          key,
          stored: {
            ...stored,
            sentAt: now,
            sent: true,
            unsure: [...new Set([...stored.unsure, ...outcome.fields])],
          },
        }));
        break;
    }
  }
  return {
    links: [...links.values()],
    unlinks,
    lossOf: (link) =>
      standing.flatMap(({ outcome, stored, stands }) =>
        outcome.type === "lost" && stands && touches([{ stored }])(link)
          ? [outcome]
          : [],
      )[0],
    left,
    conflicts: [...conflicts.values()],
    removals: removals.unasked,
    shown,
    entries: (now) => after.map((one) => one(now)),
  };
};

/** A run that dies after it has told of a value that lost tells it again. */
export const keepOnce = (
  kept: ConflictView[],
  told: readonly ConflictView[],
): void => {
  const known = new Set(kept.map((one) => JSON.stringify(one)));
  kept.push(...told.filter((one) => !known.has(JSON.stringify(one))));
};

const without = (stored: Stored): Stored => {
  const { aside: _, intended: __, ...rest } = stored;
  return rest;
};
