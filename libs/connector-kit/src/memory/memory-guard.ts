import { allowance } from "@ams-sync/sync-core";
import type { Removal } from "../run-state.js";

const DAY_MS = 24 * 60 * 60 * 1_000;

/** What was deleted and cleared of a stream in the last 24 hours, without anybody's approval. */
export class MemoryGuard {
  readonly #removals: { readonly removal: Removal; readonly at: number }[] = [];

  add(removal: Removal, now: number): void {
    this.#removals.push({ removal, at: now });
  }

  /** Removals that may go without asking. The share is of the items that there were before. */
  allowed(links: number, now: number): number {
    const counted = this.#removals.filter(({ at }) => at > now - DAY_MS);
    const deleted = counted.filter(({ removal }) => removal === "delete");
    return allowance({
      items: links + deleted.length,
      spent: counted.length,
    });
  }
}

/** Removals of one commit by record, without those that somebody has agreed to. Who agreed to a deletion agreed to less. */
export class CommitRemovals {
  readonly #ofRecords = new Map<string, Removal>();
  readonly #agreed = new Set<string>();

  add(
    record: string,
    removal: Removal,
    approved: Removal | false | undefined,
  ): void {
    this.#ofRecords.set(record, removal);
    if (approved === "delete" || approved === removal) this.#agreed.add(record);
  }

  get unasked(): readonly Removal[] {
    return [...this.#ofRecords].flatMap(([record, removal]) =>
      this.#agreed.has(record) ? [] : [removal],
    );
  }
}
