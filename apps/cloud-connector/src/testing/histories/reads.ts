import type { RecordRef } from "@ams-sync/connector-kit";
import type { AmsRecord, SyncOptions, UserView } from "@ams-sync/sync-core";
import { belongs } from "./belongs.js";
import { keyOf } from "./readings.js";

/** One record as a run knows it: absent, or as it was, with the user and the options that it is judged by. */
export interface Sight {
  readonly record: AmsRecord | undefined;
  readonly user: UserView;
  readonly options: SyncOptions;
}

/** What one run has read last: it may act on nothing else (rule 4). */
export class Reads {
  readonly #records = new Map<string, AmsRecord | undefined>();
  #user: UserView | undefined;
  #options: SyncOptions | undefined;

  options(options: SyncOptions): void {
    this.#options = options;
  }

  loaded(
    user: UserView | undefined,
    refs: readonly RecordRef[],
    records: ReadonlyMap<string, AmsRecord>,
  ): void {
    this.#user = user;
    for (const ref of refs)
      this.#records.set(keyOf(ref), records.get(keyOf(ref)));
  }

  /** What ams answered to a write. */
  wrote(record: AmsRecord): void {
    this.#records.set(keyOf(record), record);
  }

  get sights(): readonly (readonly [string, Sight])[] {
    const [user, options] = [this.#user, this.#options];
    if (!user || !options) return [];
    return [...this.#records].map(([key, record]) => [
      key,
      { record, user, options },
    ]);
  }
}

export const isWanted = ({ record, user, options }: Sight): boolean =>
  record !== undefined && belongs(record, user, options);
