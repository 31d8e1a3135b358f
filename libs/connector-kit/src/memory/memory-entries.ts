import type { RemoteChange } from "../port.js";
import { entryKeyOf } from "./memory-inbox.js";
import type { AsideView, Stored } from "./memory-inbox.js";

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
    const takeBack = known?.takeBack;
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
      ...(appearedAt !== undefined && { appearedAt }),
    });
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
