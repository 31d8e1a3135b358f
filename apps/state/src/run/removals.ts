import type { Removal } from "@ams-sync/contracts";
import type { Intent } from "@ams-sync/contracts/reading";

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
