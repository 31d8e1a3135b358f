import type { Removal } from "@ams-sync/contracts";

/** A removal that waits, with the names of the fields that it empties. */
export interface Intent {
  readonly removal: Removal;
  readonly fields: readonly string[];
}

export const intentOf = ({ removal, fields }: Intent): Intent => ({
  removal,
  fields,
});

/** By record, without those that somebody has agreed to. Who agreed to a deletion agreed to less. */
export class Removals {
  readonly #ofRecords = new Map<string, Removal>();
  readonly #agreed = new Set<string>();

  add(
    record: string,
    removal: Removal,
    approved: Removal | false | null,
  ): void {
    this.#ofRecords.set(record, removal);
    if (approved === "delete" || approved === removal) this.#agreed.add(record);
  }

  count(which: Removal): number {
    return [...this.#ofRecords].filter(
      ([record, removal]) => removal === which && !this.#agreed.has(record),
    ).length;
  }
}
