import { recordKey } from "./ams-records.js";
import type { AmsView, RecordRef } from "./ams-records.js";

/** Records that were read when the run began. Good for one reading: what comes later in the run is read when it comes. */
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
    this.#view = undefined;
    return view;
  }
}
