import type { Link, Shown, ShownAction } from "../run-state.js";
import type { Writes } from "./memory-commit.js";
import { keyOf } from "./memory-inbox.js";
import type { MemoryEntries } from "./memory-entries.js";
import type { Stored } from "./memory-inbox.js";

/** What a stream shows before it is done. */
export class MemoryTrial {
  /** first: until the place is known to be empty; wanted: until all is planned; shown: until somebody agrees. */
  preview?: "first" | "wanted" | "shown";
  number = 0n;
  /** How far the feed went when somebody agreed: what comes later up to there, they have not seen. */
  seenTo = 0n;
  #from = 0n;

  constructor(
    private readonly inbox: MemoryEntries,
    private readonly links: ReadonlyMap<string, Link>,
  ) {}

  /** @param asked by a person; else only where a preview is open already */
  begin(asked: boolean, now: number, first = false): void {
    if (!asked && !this.preview) return;
    this.preview = first || this.preview === "first" ? "first" : "wanted";
    this.number += 1n;
    this.#from = this.number;
    this.#planAnew(now, ({ tried, intended }) => Boolean(tried ?? intended));
  }

  /** All that the place held has been listed. */
  listed(isEmpty: boolean): void {
    if (this.preview !== "first") return;
    if (isEmpty) delete this.preview;
    else this.preview = "wanted";
  }

  keep(shown: Writes["shown"]): void {
    this.#unseen = false;
    for (const { key, stored, outcome } of shown) {
      const tried = this.#show(stored, outcome);
      if (tried) this.inbox.set(key, tried);
    }
    if (this.#unseen) this.number += 1n;
  }

  #unseen = false;

  /** @returns undefined where it was planned for a preview that was begun anew meanwhile */
  #show(stored: Stored, told: Shown) {
    const { number, action, fields, record } = told;
    if (!this.preview || number < this.#from || number > this.number)
      return undefined;
    const { intent: _i, intentFields: _f, approved: _a, ...rest } = stored;
    const { aside: _s, intended: _n, shown: was, ...kept } = rest;
    const tried = {
      ...kept,
      attempts: 0,
      dueAt: Infinity,
      tried: true as const,
    };
    const link = record && this.links.get(keyOf(record.kind, record.recordId));
    const taken =
      "change" in stored.about &&
      link &&
      link.itemId !== stored.about.change.id &&
      link.hash !== "" &&
      !link.lost;
    if (taken) return tried;
    const removal = action === "delete" || action === "clear";
    const seen =
      was?.action === action &&
      fields.every((name) => was.fields.includes(name));
    if (this.preview === "shown" && removal && !seen) this.#unseen = true;
    return {
      ...{ ...tried, shown: told },
      ...(removal && { intent: action }),
      ...(action === "clear" && { intentFields: fields }),
    };
  }

  /** Nothing is left to be planned: a person is to look, or there is nothing to see. */
  settle(now: number): void {
    if (this.preview !== "wanted") return;
    if (this.#seen.length > 0) {
      this.preview = "shown";
      return;
    }
    delete this.preview;
    this.#planAnew(now, ({ tried }) => tried === true);
  }

  /** @returns false while it is planned, and where another number is the newest */
  apply(number: bigint, now: number, feedTo: bigint): boolean {
    if (this.preview !== "shown" || number !== this.number) return false;
    delete this.preview;
    this.seenTo = feedTo;
    for (const [key, stored] of this.inbox) {
      const { tried, ...rest } = stored;
      this.inbox.set(key, {
        ...{ ...rest, previewed: true },
        ...(tried && { dueAt: now }),
        ...(tried && stored.intent && { approved: true }),
      });
    }
    return true;
  }

  /** Each record once. */
  get entries(): readonly Shown[] {
    const seen = this.#seen;
    return seen
      .filter(
        (one) =>
          !seen.some(
            (other) => recordOf(one) === recordOf(other) && before(other, one),
          ),
      )
      .flatMap(({ shown }) => shown ?? []);
  }

  get counts(): Readonly<Partial<Record<ShownAction, number>>> {
    const counts: Partial<Record<ShownAction, number>> = {};
    for (const { action } of this.entries)
      counts[action] = (counts[action] ?? 0) + 1;
    return counts;
  }

  get #seen(): readonly Stored[] {
    return [...this.inbox.values()].filter(
      ({ tried, shown }) => tried && shown,
    );
  }

  #planAnew(now: number, which: (stored: Stored) => boolean): void {
    for (const [key, stored] of this.inbox) {
      const { shown: _, ...rest } = stored;
      this.inbox.set(key, which(stored) ? plannedAnew(stored, now) : rest);
    }
  }
}

/** What was planned is planned once more. */
export const plannedAnew = (stored: Stored, now: number): Stored => {
  const { intent: _, intentFields: _f, approved: _a, ...rest } = stored;
  const { intended: _i, tried: _t, shown: _s, ...kept } = rest;
  return { ...kept, dueAt: now };
};

const recordOf = ({ id, shown }: Stored): string =>
  shown?.record
    ? keyOf(shown.record.kind, shown.record.recordId)
    : `entry ${id}`;

/** A removal first, else what the other system announced. */
const before = (a: Stored, b: Stored): boolean => {
  const [x, y] = [a, b].map(({ intent, about }) => [
    intent ? 0 : 1,
    "row" in about ? 1 : 0,
  ]);
  const order =
    (x?.[0] ?? 0) - (y?.[0] ?? 0) ||
    (x?.[1] ?? 0) - (y?.[1] ?? 0) ||
    Number(a.id - b.id);
  return order < 0;
};
