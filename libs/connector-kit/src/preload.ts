import { recordKey } from "./ams-records.js";
import type { AmsView, RecordRef } from "./ams-records.js";

/**
 * Records that were read when the run began, under its lease. Good for one reading of the first slice: what comes later
 * in the run is read when it comes, as a right may have been withdrawn while that slice took its time.
 *
 * That a record changes between this reading and its write does no harm, as after any reading: what is written into ams
 * names the row's version, and each change of ams is announced once more than the entry at hand, so that a later run
 * sends it.
 */
export class Preload {
  #view: AmsView | undefined;
  readonly #keys: ReadonlySet<string>;

  constructor(refs: readonly RecordRef[], view: AmsView) {
    this.#view = view;
    this.#keys = new Set(refs.map(recordKey));
  }

  /** Undefined where any of these was not read. */
  take(refs: readonly RecordRef[]): AmsView | undefined {
    const view = this.#view;
    const all = refs.every((ref) => this.#keys.has(recordKey(ref)));
    if (refs.length === 0 || !all) return undefined;
    this.drop();
    return view;
  }

  /** The first slice is through its reading. */
  drop(): void {
    this.#view = undefined;
  }
}
