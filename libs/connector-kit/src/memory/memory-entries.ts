import type { RemoteChange } from "../port.js";
import type { Link } from "../run-state.js";
import { entryKeyOf, keyOf } from "./memory-inbox.js";
import type { AsideView, FeedRow, Stored } from "./memory-inbox.js";

const keyOfRow = ({ kind, recordId }: FeedRow): string => keyOf(kind, recordId);

/** The inbox of one stream. */
export class MemoryEntries extends Map<string, Stored> {
  #remotePosition = 0n;
  #ids = 0n;

  /** Of what the other system and people say; ams has positions of its own. */
  nextPosition(): bigint {
    this.#remotePosition += 1n;
    return this.#remotePosition;
  }

  get setAside(): readonly AsideView[] {
    return [...this].flatMap(([key, { aside, attempts, dueAt }]) =>
      aside ? [{ key, attempts, dueAt, ...aside }] : [],
    );
  }

  get intents(): readonly Stored[] {
    return [...this.values()].filter(({ intended }) => intended);
  }

  get pending(): number {
    return [...this.values()].filter(
      ({ aside, intended, tried }) => !(aside ?? intended ?? tried),
    ).length;
  }

  /** An entry that has changed loses what was intended and approved. */
  put(
    position: bigint,
    now: number,
    about: Stored["about"],
    judgedAt: number,
    appeared?: number,
  ): void {
    this.#ids += 1n;
    const key = entryKeyOf({ about });
    const known = this.get(key);
    const { id = this.#ids, sent = false, unsure = [], sentAt } = known ?? {};
    const { intent, intentFields, approved, restore, decision } = known ?? {};
    const { takeBack, shown, previewed } = known ?? {};
    const appearedAt = known ? known.appearedAt : appeared;
    const stands =
      known !== undefined &&
      (known.position === position ||
        (isVersionless(known.about) && isVersionless(about)));
    const agreed = "row" in about && about.row.deleted && about.row.approved;
    this.set(key, {
      ...{ id, position, attempts: 0, sent, unsure, about },
      dueAt: Math.min(now, known?.dueAt ?? now),
      judgedAt: Math.min(judgedAt, known?.judgedAt ?? judgedAt),
      ...(stands && intent && { intent }),
      ...(stands && intentFields && { intentFields }),
      ...(stands && approved && { approved }),
      ...(agreed && { intent: "delete" as const, approved: true as const }),
      ...(sentAt !== undefined && { sentAt }),
      ...(restore && { restore }),
      ...(takeBack && { takeBack }),
      ...(decision && { decision }),
      ...(shown && { shown }),
      ...(previewed && { previewed }),
      ...(appearedAt !== undefined && { appearedAt }),
    });
  }

  /**
   * Every link is to be undone, as somebody has agreed to, but for what was left elsewhere: that is forgotten. Of what was
   * announced stays what may have been made.
   */
  undo(links: Map<string, Link>, now: number): void {
    for (const [key, { elsewhere }] of links) if (elsewhere) links.delete(key);
    for (const [key, { about, sent }] of this)
      if (!("row" in about) || (!sent && !links.has(keyOfRow(about.row))))
        this.delete(key);
    for (const { kind, recordId } of links.values()) {
      const named = { kind, recordId, deleted: false };
      const row = { ...named, position: 1n, committedAt: now };
      if (!this.has(entryKeyOf({ about: { row } })))
        this.put(1n, now, { row }, now);
    }
    for (const [key, known] of this) {
      const { aside: _a, intended: _i, restore: _r, ...rest } = known;
      const { tried: _t, shown: _s, takeBack: _b, ...stored } = rest;
      this.set(key, {
        ...{ ...stored, dueAt: now, attempts: 0, intentFields: [] },
        ...{ intent: "delete", approved: true },
      });
    }
  }

  /** Something that the other side announced is there. */
  get hasItems(): boolean {
    return [...this.values()].some(
      ({ about }) => "change" in about && !about.change.gone,
    );
  }

  amend(key: string, change: Partial<Stored>): void {
    const stored = this.get(key);
    if (stored) this.set(key, { ...stored, ...change });
  }
}

/** Nobody knows whether it has changed. */
export const isVersionless = (about: Stored["about"]): boolean =>
  "change" in about && about.change.version === undefined && !about.change.gone;

/** Polls without a token tell everything each time. */
export const saysNothingNew = (
  { about }: Stored,
  { version, gone }: RemoteChange,
): boolean =>
  "change" in about &&
  about.change.gone === gone &&
  about.change.version === version &&
  (gone || version !== undefined);
