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

/** By record, without those that somebody has agreed to. A field that was emptied where a deletion was agreed to
 * counts: state cannot tell on which side. */
export class Removals {
  readonly #ofRecords = new Map<string, Removal>();
  readonly #agreed = new Set<string>();

  add(record: string, removal: Removal, approved: Removal | null): void {
    this.#ofRecords.set(record, removal);
    if (approved === removal) this.#agreed.add(record);
  }

  count(which: Removal): number {
    return [...this.#ofRecords].filter(
      ([record, removal]) => removal === which && !this.#agreed.has(record),
    ).length;
  }
}
